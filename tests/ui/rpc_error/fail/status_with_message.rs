use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(NotFound, "no order")]
    NoSuchOrder,
    #[rpc(status, "the call failed")]
    Rpc(Status),
}

fn main() {}
