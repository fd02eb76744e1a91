//! tarpc with its JSON codec.

use std::io;

use ::tarpc::client::{Config, RpcError};
use ::tarpc::context::{self, Context};
use ::tarpc::serde_transport::unix;
use ::tarpc::server::{BaseChannel, Channel as _};
use ::tarpc::tokio_serde::formats::Json;
use futures_util::StreamExt;
use tokio::net::UnixListener;

use crate::case::SMALL;

pub(super) type Client = BenchClient;

#[::tarpc::service]
pub(crate) trait Bench {
    /// Adds.
    async fn small(a: i64, b: i64) -> i64;
}

#[derive(Clone, Copy)]
struct Numbers;

impl Bench for Numbers {
    async fn small(self, _: Context, a: i64, b: i64) -> i64 {
        a + b
    }
}

pub(super) async fn serve(listener: UnixListener) {
    let mut incoming = unix::listen_on(listener, Json::default).await.expect("tarpc serves");
    while let Some(connection) = incoming.next().await {
        let channel = BaseChannel::with_defaults(connection.expect("tarpc accepts"));
        tokio::spawn(channel.execute(Numbers.serve()).for_each(async |call| drop(tokio::spawn(call))));
    }
}

pub(super) async fn connect(address: &str) -> io::Result<Client> {
    let transport = unix::connect(address, Json::default).await?;
    Ok(BenchClient::new(Config::default(), transport).spawn())
}

pub(super) async fn small(client: &Client) -> Result<i64, RpcError> {
    client.small(context::current(), SMALL.0, SMALL.1).await
}
