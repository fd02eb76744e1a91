//! polyrpc, with everything at its default: limits, deadlines, cancellation.

use polyrpc::{Listen, Server, Status, Streaming};

use crate::case::{ITEMS, Link, SMALL};

pub(super) type Client = BenchClient;

pub(super) async fn serve(listener: impl Into<Listen>) {
    let server = Server::new().service(BenchServer::new(Numbers)).listen(listener).bind().await;
    server.expect("polyrpc serves").run_until(std::future::pending()).await;
}

/// What is called.
#[polyrpc::service(package = "bench.v1")]
pub(crate) trait Bench {
    /// Adds.
    async fn small(&self, a: i64, b: i64) -> polyrpc::Result<i64>;
    /// Counts.
    async fn items(&self, count: i64) -> polyrpc::Result<Streaming<i64>>;
}

struct Numbers;

impl Bench for Numbers {
    async fn small(&self, a: i64, b: i64) -> polyrpc::Result<i64> {
        Ok(a + b)
    }

    async fn items(&self, count: i64) -> polyrpc::Result<Streaming<i64>> {
        Ok(Streaming::from_items(0..count))
    }
}

pub(super) async fn connect(link: Link, address: &str) -> Result<Client, Status> {
    BenchClient::connect(&match link {
        Link::Grpc => format!("grpc+tcp://{address}"),
        Link::WebSocket => format!("jsonrpc+tcp://{address}?framing=websocket"),
        Link::Unix => format!("jsonrpc+unix:{address}?framing=newline"),
    })
    .await
}

pub(super) async fn small(client: &Client) -> Result<i64, Status> {
    client.small(SMALL.0, SMALL.1).await
}

pub(super) async fn items(client: &Client) -> Result<i64, Status> {
    let mut items = client.items(ITEMS).await?;
    let mut sum = 0;
    while let Some(item) = items.message().await? {
        sum += item;
    }
    Ok(sum)
}
