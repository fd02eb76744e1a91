use polyrpc::Message;

#[derive(Message)]
struct Order {
    #[rpc(number = 1)]
    id: u64,
}

fn main() {}
