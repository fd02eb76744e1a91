use polyrpc::Message;

#[derive(Message)]
struct Order {
    #[rpc(tag = 0)]
    id: u64,
}

fn main() {}
