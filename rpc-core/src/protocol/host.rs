//! What a server lends to the protocols.

use std::sync::Arc;

use crate::dispatch::Router;

/// The services of a server and its limits: all that a protocol needs to answer requests.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) router: Arc<Router>,
    pub(crate) limits: Limits,
    /// What gRPC clients may learn of the services, unless they may not.
    #[cfg(feature = "grpc")]
    pub(crate) reflection: Option<super::grpc::Reflection>,
    /// What XML-RPC clients may learn of them.
    #[cfg(feature = "xmlrpc")]
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
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { message: 4 << 20, batch: 1000, multicall: 1000 }
    }
}
