use polyrpc::Message;

#[derive(Message)]
#[rpc(pkg = "shop.v1")]
struct Order {
    id: u64,
}

fn main() {}
