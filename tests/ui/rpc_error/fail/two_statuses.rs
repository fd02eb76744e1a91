use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(NotFound, "no order")]
    NoSuchOrder,
    #[rpc(status)]
    Other(Status),
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
