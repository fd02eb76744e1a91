//! TLS 1.2 and 1.3 on TCP, by rustls.

#[cfg(feature = "client")]
mod client;
mod material;
mod reload;
#[cfg(feature = "server")]
mod server;
mod settings;

#[cfg(feature = "client")]
pub(crate) use self::client::Connector;
#[cfg(feature = "server")]
pub(crate) use self::server::{Acceptor, Handshake, bind};
