//! jsonrpsee over HTTP.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jsonrpsee::core::{RpcResult, async_trait};
use jsonrpsee::proc_macros::rpc;
use jsonrpsee::server::Server;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio::net::TcpListener;

use crate::model::serde::Order;

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

/// Bytes as base64: serde alone would write a list of numbers, four times as long.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Blob(Vec<u8>);

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Blob, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        BASE64_STANDARD.decode(&*text).map(Blob).map_err(serde::de::Error::custom)
    }
}
