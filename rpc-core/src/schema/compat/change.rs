//! A change that breaks peers.

use std::fmt;

use crate::schema::Protocol;

/// A change after which peers that know the old schema cannot talk to the new one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// What changed: `shop.v1.Item.sku`, `shop.v1.Orders/Place`.
    pub place: String,
    /// How it changed.
    pub what: String,
    /// The protocols whose peers break.
    pub breaks: Vec<Protocol>,
}

pub(super) const ALL: &[Protocol] = &Protocol::ALL;
pub(super) const GRPC: &[Protocol] = &[Protocol::Grpc];
pub(super) const JSONRPC: &[Protocol] = &[Protocol::JsonRpc];
pub(super) const XMLRPC: &[Protocol] = &[Protocol::XmlRpc];
pub(super) const TEXTS: &[Protocol] = &[Protocol::JsonRpc, Protocol::XmlRpc];

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let breaks: Vec<&str> = self.breaks.iter().map(|protocol| protocol.name()).collect();
        write!(f, "{} {} (breaks {})", self.place, self.what, breaks.join(", "))
    }
}
