use polyrpc::Message;

#[derive(Message)]
struct Order {
    id: u64,
    #[rpc(tag = 1)]
    note: String,
}

fn main() {}
