use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(NotFound, "no order {ids}")]
    NoSuchOrder { ids: Vec<u64> },
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
