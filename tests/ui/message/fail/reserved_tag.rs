use polyrpc::Message;

#[derive(Message)]
#[rpc(reserved(2))]
struct Order {
    id: u64,
    note: String,
}

fn main() {}
