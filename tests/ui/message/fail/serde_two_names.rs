use polyrpc::Message;

#[derive(Message)]
struct Order {
    #[serde(rename(serialize = "number", deserialize = "id"))]
    id: u64,
}

fn main() {}
