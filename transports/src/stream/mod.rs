//! Byte streams, and HTTP on them.

#[cfg(feature = "server")]
mod accepted;
#[cfg(feature = "server")]
mod bound;
#[cfg(feature = "client")]
mod connector;
pub(crate) mod http;
#[cfg(all(unix, feature = "pipe"))]
pub(crate) mod pipe;
mod socket;
#[cfg(feature = "tcp")]
pub(crate) mod tcp;
#[cfg(feature = "tls")]
pub(crate) mod tls;
#[cfg(all(unix, feature = "unix"))]
pub(crate) mod unix;

#[cfg(feature = "server")]
pub(crate) use self::accepted::Accepted;
#[cfg(feature = "server")]
pub(crate) use self::bound::Bound;
#[cfg(feature = "client")]
pub(crate) use self::connector::{Connector, Proof};
pub(crate) use self::socket::{Engine, Socket};
