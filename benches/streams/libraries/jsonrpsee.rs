//! jsonrpsee over a WebSocket.

use std::io;
use std::sync::Arc;

use ::jsonrpsee::PendingSubscriptionSink;
use ::jsonrpsee::core::client::Error;
use ::jsonrpsee::core::{RpcResult, SubscriptionResult, async_trait};
use ::jsonrpsee::proc_macros::rpc;
use ::jsonrpsee::server::Server;
use jsonrpsee_ws_client::{WsClient, WsClientBuilder};
use serde_json::value::to_raw_value;
use tokio::net::TcpListener;

use crate::case::{ITEMS, SMALL};

pub(super) type Client = Arc<WsClient>;

pub(super) async fn serve(listener: TcpListener) {
    let listener = listener.into_std().expect("the listener is a socket");
    let server = Server::builder().build_from_tcp(listener).expect("jsonrpsee serves");
    server.start(Numbers.into_rpc()).stopped().await;
}

#[rpc(server, client, namespace = "bench", namespace_separator = ".")]
trait Bench {
    #[method(name = "small")]
    async fn small(&self, a: i64, b: i64) -> RpcResult<i64>;
    #[subscription(name = "items" => "item", unsubscribe = "leave", item = i64)]
    async fn items(&self, count: i64) -> SubscriptionResult;
}

struct Numbers;

#[async_trait]
impl BenchServer for Numbers {
    async fn small(&self, a: i64, b: i64) -> RpcResult<i64> {
        Ok(a + b)
    }

    async fn items(&self, pending: PendingSubscriptionSink, count: i64) -> SubscriptionResult {
        let sink = pending.accept().await?;
        for item in 0..count {
            sink.send(to_raw_value(&item)?).await?;
        }
        Ok(())
    }
}

pub(super) async fn connect(address: &str) -> Result<Client, Error> {
    // A subscription of which more items wait is closed by its client.
    let room = ITEMS as usize + 1;
    let builder = WsClientBuilder::default().max_buffer_capacity_per_subscription(room);
    Ok(Arc::new(builder.build(format!("ws://{address}")).await?))
}

pub(super) async fn small(client: &Client) -> Result<i64, Error> {
    BenchClient::small(&**client, SMALL.0, SMALL.1).await
}

/// Such a subscription has no end: all its items are counted.
pub(super) async fn items(client: &Client) -> io::Result<i64> {
    let mut items = BenchClient::items(&**client, ITEMS).await.map_err(io::Error::other)?;
    let mut sum = 0;
    for _ in 0..ITEMS {
        let Some(item) = items.next().await else {
            return Err(io::Error::other("the subscription ended too early"));
        };
        sum += item.map_err(io::Error::other)?;
    }
    Ok(sum)
}
