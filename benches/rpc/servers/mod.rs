//! The servers that are measured: ours, the peers, and bare HTTP.

mod dxr;
mod h2;
mod hyper;
mod jsonrpsee;
mod ours;
mod tonic;

use std::{fmt, io};

use ::tokio::net::TcpListener;

use crate::measure::Options;
use crate::workload::Protocol;

/// A server that is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    Ours,
    Tonic,
    Jsonrpsee,
    Dxr,
    /// Bare HTTP/2, which reads the request and answers the right bytes, whatever was asked.
    H2,
    /// The same with HTTP/1.
    Hyper,
}

impl Server {
    const ALL: [Server; 6] =
        [Server::Ours, Server::Tonic, Server::Jsonrpsee, Server::Dxr, Server::H2, Server::Hyper];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Server::Ours => "polyrpc",
            Server::Tonic => "tonic",
            Server::Jsonrpsee => "jsonrpsee",
            Server::Dxr => "dxr",
            Server::H2 => "h2",
            Server::Hyper => "hyper",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Server> {
        Server::ALL.into_iter().find(|server| server.name() == name)
    }

    /// The peers of a protocol that are asked for: another library, and the bare limit.
    pub(crate) fn peers(protocol: Protocol, options: &Options) -> Vec<Server> {
        let peers = match protocol {
            Protocol::Grpc => [Server::Tonic, Server::H2],
            Protocol::JsonRpc => [Server::Jsonrpsee, Server::Hyper],
            Protocol::XmlRpc => [Server::Dxr, Server::Hyper],
        };
        let names = peers.map(Server::name);
        peers.into_iter().filter(|peer| options.allows(&names, peer.name())).collect()
    }

    /// Its address, and what serves there until the process ends.
    pub(crate) async fn bound(self) -> io::Result<(String, impl Future<Output = ()> + Send)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        Ok((listener.local_addr()?.to_string(), self.serve(listener)))
    }

    async fn serve(self, listener: TcpListener) {
        match self {
            Server::Ours => ours::serve(listener).await,
            Server::Tonic => tonic::serve(listener).await,
            Server::Jsonrpsee => jsonrpsee::serve(listener).await,
            Server::Dxr => dxr::serve(listener).await,
            Server::H2 => h2::serve(listener).await,
            Server::Hyper => hyper::serve(listener).await,
        }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
