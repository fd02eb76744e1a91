use polyrpc::Message;
use serde::{Deserialize, Serialize};

#[derive(Message, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    #[serde(rename = "number")]
    id: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_note: Option<String>,
    #[serde(skip)]
    cached: u32,
}

#[derive(Message, Clone, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
struct Even(u64);

impl TryFrom<u64> for Even {
    type Error = String;

    fn try_from(value: u64) -> Result<Even, String> {
        if value % 2 == 0 { Ok(Even(value)) } else { Err(format!("{value} is odd")) }
    }
}

impl From<Even> for u64 {
    fn from(even: Even) -> u64 {
        even.0
    }
}

fn main() {}
