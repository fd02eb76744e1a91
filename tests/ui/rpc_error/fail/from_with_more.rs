use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(internal, "reading {0}")]
    Io(String, #[from] std::io::Error),
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
