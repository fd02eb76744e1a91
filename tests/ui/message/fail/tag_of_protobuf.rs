use polyrpc::Message;

#[derive(Message)]
struct Order {
    #[rpc(tag = 19000)]
    id: u64,
}

fn main() {}
