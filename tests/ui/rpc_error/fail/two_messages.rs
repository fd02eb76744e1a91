use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(NotFound, "no order", "none at all")]
    NoSuchOrder,
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
