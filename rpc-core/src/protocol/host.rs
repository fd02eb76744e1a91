//! What a server lends to the protocols.

use std::sync::Arc;

use super::MESSAGE_LIMIT;
use crate::dispatch::Router;

/// The services of a server and its limits: all that a protocol needs to answer requests.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) router: Arc<Router>,
    pub(crate) limits: Limits,
    /// Streams that XML-RPC's callers read bit by bit.
    #[cfg(all(feature = "xmlrpc", feature = "server"))]
    pub(crate) cursors: super::xmlrpc::Cursors,
    /// What gRPC clients may learn of the services, unless they may not.
    #[cfg(all(feature = "grpc", feature = "server"))]
    pub(crate) reflection: Option<super::grpc::Reflection>,
    /// What XML-RPC clients may learn of them.
    #[cfg(all(feature = "xmlrpc", feature = "server"))]
    pub(crate) introspection: super::xmlrpc::Introspection,
}

/// The limits that protocols keep; transports have their own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Largest message in bytes, decoded and decompressed.
    pub(crate) message: usize,
    /// Most calls in one JSON-RPC batch.
    pub(crate) batch: usize,
    /// Most calls in one `system.multicall`.
    pub(crate) multicall: usize,
    /// Most streams that one peer has open by `system.stream.open`.
    pub(crate) peer_cursors: usize,
    /// Most streams that all peers have open so.
    pub(crate) cursors: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { message: MESSAGE_LIMIT, batch: 1000, multicall: 1000, peer_cursors: 16, cursors: 1000 }
    }
}
