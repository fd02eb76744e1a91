use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(Notfound, "no order")]
    NoSuchOrder,
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
