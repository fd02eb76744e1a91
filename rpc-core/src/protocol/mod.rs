//! The protocols: each translates between HTTP semantics and calls, and knows neither the others nor a transport.

#[cfg(feature = "grpc")]
pub(crate) mod grpc;
#[cfg(feature = "jsonrpc")]
pub(crate) mod jsonrpc;

#[cfg(feature = "client")]
mod announce;
#[cfg(feature = "client")]
mod foreign;
#[cfg(feature = "server")]
mod host;
#[cfg(feature = "jsonrpc")]
mod media;
#[cfg(feature = "client")]
mod remote;
mod timeout;

#[cfg(feature = "client")]
pub(crate) use foreign::{excerpt, foreign};
#[cfg(feature = "server")]
pub(crate) use host::{Host, Limits};
#[cfg(feature = "jsonrpc")]
pub(crate) use media::is_one_of;
#[cfg(feature = "client")]
pub(crate) use remote::{ClientProtocol, Framing, Remote};
pub(crate) use timeout::{parse_timeout, write_timeout};
