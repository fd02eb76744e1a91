use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(internal)]
    Broken(std::fmt::Error, u32),
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
