use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(NotFound, "no order")]
    NoSuchOrder,
    #[rpc(InvalidArgument, "empty", tag = 1)]
    Empty,
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
