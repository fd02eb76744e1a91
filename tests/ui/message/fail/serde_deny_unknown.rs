use polyrpc::Message;

#[derive(Message)]
#[serde(deny_unknown_fields)]
struct Order {
    id: u64,
}

fn main() {}
