//! jsonrpsee over HTTP.

use jsonrpsee::core::{RpcResult, async_trait};
use jsonrpsee::proc_macros::rpc;
use jsonrpsee::server::Server;
use tokio::net::TcpListener;

use crate::model::serde::{Blob, Order};

pub(super) async fn serve(listener: TcpListener) {
    let listener = listener.into_std().expect("the listener is a socket");
    let server = Server::builder().build_from_tcp(listener).expect("jsonrpsee serves");
    server.start(Echo.into_rpc()).stopped().await;
}

#[rpc(server, namespace = "bench", namespace_separator = ".")]
trait Bench {
    #[method(name = "small")]
    async fn small(&self, a: i64, b: i64) -> RpcResult<i64>;
    #[method(name = "order")]
    async fn order(&self, order: Order) -> RpcResult<Order>;
    #[method(name = "blob")]
    async fn blob(&self, data: Blob) -> RpcResult<Blob>;
}

struct Echo;

#[async_trait]
impl BenchServer for Echo {
    async fn small(&self, a: i64, b: i64) -> RpcResult<i64> {
        Ok(a + b)
    }

    async fn order(&self, order: Order) -> RpcResult<Order> {
        Ok(order)
    }

    async fn blob(&self, data: Blob) -> RpcResult<Blob> {
        Ok(data)
    }
}
