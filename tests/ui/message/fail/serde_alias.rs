use polyrpc::Message;

#[derive(Message)]
struct Order {
    #[serde(alias = "number")]
    id: u64,
}

fn main() {}
