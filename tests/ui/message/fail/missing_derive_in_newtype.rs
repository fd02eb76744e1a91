use polyrpc::Message;

struct Item {
    sku: String,
}

#[derive(Message)]
struct Line(Item);

fn main() {}
