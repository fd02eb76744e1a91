use polyrpc::RpcError;

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(NotFound, "no order")]
    NoSuchOrder,
    #[rpc(status)]
    Rpc(String),
}

fn main() {}
