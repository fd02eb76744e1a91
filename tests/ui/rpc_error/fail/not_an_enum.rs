use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
struct OrderError(Status);

fn main() {}
