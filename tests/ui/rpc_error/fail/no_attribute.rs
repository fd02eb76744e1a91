use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    NoSuchOrder,
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
