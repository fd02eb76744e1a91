use polyrpc::{RpcError, Status};
use thiserror::Error;

#[derive(Debug, Error, RpcError)]
enum OrderError {
    #[error("no order")]
    #[rpc(NotFound, "no order")]
    NoSuchOrder,
    #[error(transparent)]
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
