use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError<T> {
    #[rpc(NotFound, "no order")]
    NoSuchOrder(T),
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
