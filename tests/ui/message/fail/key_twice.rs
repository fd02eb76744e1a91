use polyrpc::Message;

#[derive(Message)]
struct Order {
    #[rpc(tag = 1, tag = 2)]
    id: u64,
}

fn main() {}
