use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(NotFound)]
    NoSuchOrder,
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
