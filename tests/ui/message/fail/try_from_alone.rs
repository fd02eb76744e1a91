use polyrpc::Message;

#[derive(Message, Clone)]
#[serde(try_from = "u64")]
struct Even(u64);

fn main() {}
