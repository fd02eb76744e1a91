use polyrpc::Message;

#[derive(Message)]
struct Order {
    #[rpc]
    id: u64,
}

fn main() {}
