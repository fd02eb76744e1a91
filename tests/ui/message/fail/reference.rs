use polyrpc::Message;

#[derive(Message)]
struct Order {
    note: &'static str,
}

fn main() {}
