use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(NotFound, "no order {ib}")]
    NoSuchOrder { id: u64 },
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
