use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(NotFound, "no order {0:>1$}")]
    NoSuchOrder(u64, usize),
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
