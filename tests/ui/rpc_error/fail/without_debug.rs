use polyrpc::{RpcError, Status};

#[derive(RpcError)]
enum OrderError {
    #[rpc(NotFound, "no order")]
    NoSuchOrder,
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
