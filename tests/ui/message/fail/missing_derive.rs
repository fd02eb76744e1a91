use polyrpc::Message;

struct Item {
    sku: String,
}

#[derive(Message)]
struct Order {
    id: u64,
    first: Item,
}

fn main() {}
