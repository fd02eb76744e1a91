use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
#[rpc(code = "NotFound")]
enum OrderError {
    #[rpc(NotFound, "no order")]
    NoSuchOrder,
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
