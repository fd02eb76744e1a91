use polyrpc::Message;

#[derive(Message)]
struct Order {
    note: Option<Option<String>>,
}

fn main() {}
