use polyrpc::Message;

struct Item {
    sku: String,
}

#[derive(Message)]
enum Line {
    Bought(Item),
    Given { item: u64 },
}

fn main() {}
