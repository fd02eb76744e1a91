//! polyrpc, with everything at its default: limits, deadlines, cancellation.

use polyrpc::Server;
use tokio::net::TcpListener;

use crate::model::ours::Order;

pub(super) async fn serve(listener: TcpListener) {
    let server = Server::new().service(BenchServer::new(Echo)).listen(listener).bind().await;
    server.expect("polyrpc serves").run_until(std::future::pending()).await;
}

/// What is called.
#[polyrpc::service(package = "bench.v1")]
pub(crate) trait Bench {
    /// Adds.
    async fn small(&self, a: i64, b: i64) -> polyrpc::Result<i64>;
    /// Answers the order.
    async fn order(&self, order: Order) -> polyrpc::Result<Order>;
    /// Answers the bytes.
    async fn blob(&self, data: Vec<u8>) -> polyrpc::Result<Vec<u8>>;
}

struct Echo;

impl Bench for Echo {
    async fn small(&self, a: i64, b: i64) -> polyrpc::Result<i64> {
        Ok(a + b)
    }

    async fn order(&self, order: Order) -> polyrpc::Result<Order> {
        Ok(order)
    }

    async fn blob(&self, data: Vec<u8>) -> polyrpc::Result<Vec<u8>> {
        Ok(data)
    }
}
