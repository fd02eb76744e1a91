use polyrpc::Message;

#[derive(Message)]
struct Order {
    #[rpc(tag = "one")]
    id: u64,
}

fn main() {}
