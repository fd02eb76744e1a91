//! Byte streams, and HTTP on them.

pub(crate) mod http;
mod socket;
#[cfg(feature = "tcp")]
pub(crate) mod tcp;
#[cfg(all(unix, feature = "unix"))]
pub(crate) mod unix;

#[cfg(feature = "server")]
pub(crate) use self::socket::Bound;
pub(crate) use self::socket::Socket;
