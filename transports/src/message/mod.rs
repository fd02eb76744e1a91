//! Calls in messages that go from address to address.

#[cfg(feature = "_message")]
pub mod bhttp;
#[cfg(all(feature = "_message", feature = "client"))]
pub(crate) mod client;
#[cfg(feature = "_message")]
pub mod layer;
#[cfg(feature = "_message")]
pub(crate) mod link;
#[cfg(feature = "mem")]
pub(crate) mod mem;
#[cfg(all(target_os = "linux", feature = "posix-mq"))]
pub(crate) mod posix_mq;
#[cfg(all(feature = "_message", feature = "server"))]
pub(crate) mod server;
#[cfg(feature = "_message")]
mod transport;
