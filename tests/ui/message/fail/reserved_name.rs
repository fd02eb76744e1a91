use polyrpc::Message;

#[derive(Message)]
#[rpc(reserved("note"))]
struct Order {
    id: u64,
    note: String,
}

fn main() {}
