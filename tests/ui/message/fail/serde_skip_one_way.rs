use polyrpc::Message;

#[derive(Message)]
struct Order {
    #[serde(skip_serializing)]
    id: u64,
}

fn main() {}
