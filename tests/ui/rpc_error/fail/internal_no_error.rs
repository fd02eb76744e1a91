use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(internal)]
    Broken(String),
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
