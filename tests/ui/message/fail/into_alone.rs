use polyrpc::Message;

#[derive(Message, Clone)]
#[serde(into = "u64")]
struct Even(u64);

fn main() {}
