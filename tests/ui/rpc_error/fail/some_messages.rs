use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(NotFound, "no order")]
    NoSuchOrder,
    #[rpc(InvalidArgument)]
    Empty,
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
