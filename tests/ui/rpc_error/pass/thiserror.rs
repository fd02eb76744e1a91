use polyrpc::{Code, RpcError, Status};
use thiserror::Error;

#[derive(Debug, Error, RpcError)]
enum OrderError {
    #[error("no order {id}")]
    #[rpc(NotFound)]
    NoSuchOrder { id: u64 },
    #[error("reading {path}")]
    #[rpc(internal)]
    Io { path: String, source: std::io::Error },
    #[error(transparent)]
    #[rpc(internal)]
    Format(#[from] std::fmt::Error),
    #[error(transparent)]
    #[rpc(status)]
    Rpc(Status),
}

/// Nothing for the callers, and the messages are thiserror's all the same.
#[derive(Debug, Error, RpcError)]
enum Hidden {
    #[error("formatting")]
    #[rpc(internal)]
    Format(#[from] std::fmt::Error),
    #[error(transparent)]
    #[rpc(status)]
    Rpc(Status),
}

fn main() {
    let status = Status::from(OrderError::NoSuchOrder { id: 7 });
    assert_eq!((status.code(), status.message()), (Code::NotFound, "no order 7"));
    assert!(matches!(status.into(), OrderError::NoSuchOrder { id: 7 }));
    assert_eq!(Status::from(OrderError::from(std::fmt::Error)).code(), Code::Internal);
    assert_eq!(Status::from(Hidden::from(std::fmt::Error)).code(), Code::Internal);
}
