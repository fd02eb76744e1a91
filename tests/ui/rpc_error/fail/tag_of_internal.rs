use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(internal, tag = 4)]
    Io(std::io::Error),
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
