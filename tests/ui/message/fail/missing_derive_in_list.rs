use polyrpc::Message;

struct Item {
    sku: String,
}

#[derive(Message)]
struct Order {
    items: Vec<Item>,
}

fn main() {}
