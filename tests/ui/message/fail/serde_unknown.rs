use polyrpc::Message;

#[derive(Message)]
#[serde(bound = "")]
struct Order {
    id: u64,
}

fn main() {}
