use polyrpc::Message;

#[derive(Message)]
struct OrderId(#[rpc(tag = 2)] u64);

fn main() {}
