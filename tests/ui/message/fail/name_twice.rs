use polyrpc::Message;

#[derive(Message)]
struct Order {
    id: u64,
    #[serde(rename = "id")]
    number: u64,
}

fn main() {}
