#![deny(warnings)]

use polyrpc::{RpcError, Status};

#[derive(Debug, RpcError)]
pub enum OrderError {
    /// Not any more.
    #[deprecated]
    #[rpc(NotFound, "no order {id}")]
    NoSuchOrder {
        #[deprecated]
        id: u64,
    },
    #[rpc(status)]
    Rpc(Status),
}

fn main() {}
