use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(Ok, "no order")]
    NoSuchOrder,
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
