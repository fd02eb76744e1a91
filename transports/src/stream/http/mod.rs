//! HTTP/1 and HTTP/2 on a byte stream. Nothing outside this folder names a type of the engine inside.

mod ahead;
#[cfg(feature = "client")]
pub(crate) mod client;
mod duplex;
mod incoming;
mod io;
mod outgoing;
#[cfg(feature = "server")]
pub(crate) mod server;
