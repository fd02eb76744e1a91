use polyrpc::{RpcError, Status};

#[derive(Debug)]
struct OrderId(u64);

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(NotFound, "no order {id:?}")]
    NoSuchOrder { id: OrderId },
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
