extern crate polyrpc as rpc;

mod polyrpc {}

use rpc::Message;

#[derive(Message)]
#[rpc(crate = rpc)]
struct Order {
    id: u64,
}

fn main() {}
