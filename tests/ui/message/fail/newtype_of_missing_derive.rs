use polyrpc::Message;

struct Item {
    sku: String,
}

#[derive(Message)]
struct Best(Item);

fn main() {}
