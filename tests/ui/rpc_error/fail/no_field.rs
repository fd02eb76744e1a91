use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(NotFound, "no order {id}")]
    NoSuchOrder,
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
