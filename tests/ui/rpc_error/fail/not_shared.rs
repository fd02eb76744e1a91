use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(NotFound, "no order")]
    NoSuchOrder,
    #[rpc(internal, "broken")]
    Broken(std::cell::Cell<u32>),
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
