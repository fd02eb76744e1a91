use polyrpc::Message;

#[derive(Message)]
struct Order {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<u64>,
}

fn main() {}
