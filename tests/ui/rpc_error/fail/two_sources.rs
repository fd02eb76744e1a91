use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(internal, "reading")]
    Io {
        #[source]
        first: std::io::Error,
        #[source]
        second: std::io::Error,
    },
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
