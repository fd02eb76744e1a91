//! The protocols, as the vocabulary of the layers above them.

use std::fmt;

/// A protocol that a call came by, or goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// gRPC.
    Grpc,
    /// JSON-RPC 2.0.
    JsonRpc,
    /// XML-RPC.
    XmlRpc,
}

impl Protocol {
    /// All protocols.
    pub const ALL: [Protocol; 3] = [Protocol::Grpc, Protocol::JsonRpc, Protocol::XmlRpc];

    /// Its name in endpoints, and OpenTelemetry's `rpc.system`: `grpc`, `jsonrpc` or `xmlrpc`.
    pub const fn name(self) -> &'static str {
        match self {
            Protocol::Grpc => "grpc",
            Protocol::JsonRpc => "jsonrpc",
            Protocol::XmlRpc => "xmlrpc",
        }
    }

    /// The protocol of such a name.
    pub fn from_name(name: &str) -> Option<Protocol> {
        Protocol::ALL.into_iter().find(|protocol| protocol.name() == name)
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
