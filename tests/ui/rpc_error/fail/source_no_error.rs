use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(internal, "reading")]
    Io(#[source] String),
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
