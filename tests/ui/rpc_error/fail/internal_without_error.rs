use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(internal)]
    Broken,
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
