//! The protocols: each translates between HTTP semantics and calls, and knows neither the others nor a transport.

#[cfg(feature = "grpc")]
pub(crate) mod grpc;
#[cfg(feature = "jsonrpc")]
pub(crate) mod jsonrpc;
#[cfg(feature = "xmlrpc")]
pub(crate) mod xmlrpc;

#[cfg(feature = "client")]
mod announce;
#[cfg(feature = "client")]
mod foreign;
#[cfg(feature = "server")]
mod host;
#[cfg(all(feature = "server", any(feature = "jsonrpc", feature = "xmlrpc")))]
mod list;
#[cfg(feature = "client")]
mod lost;
#[cfg(any(feature = "jsonrpc", feature = "xmlrpc"))]
mod media;
#[cfg(all(feature = "client", any(feature = "jsonrpc", feature = "xmlrpc")))]
mod post;
#[cfg(all(feature = "server", any(feature = "jsonrpc", feature = "xmlrpc")))]
mod receive;
#[cfg(feature = "client")]
mod remote;
mod timeout;

#[cfg(feature = "client")]
pub(crate) use foreign::{excerpt, foreign};
#[cfg(feature = "server")]
pub(crate) use host::{Host, Limits};
#[cfg(all(feature = "server", any(feature = "jsonrpc", feature = "xmlrpc")))]
pub(crate) use list::{Array, gather};
#[cfg(feature = "client")]
pub(crate) use lost::{no_response, told, torn_response};
#[cfg(any(feature = "jsonrpc", feature = "xmlrpc"))]
pub(crate) use media::is_one_of;
#[cfg(all(feature = "client", any(feature = "jsonrpc", feature = "xmlrpc")))]
pub(crate) use post::{post, reply, uri};
#[cfg(all(feature = "server", any(feature = "jsonrpc", feature = "xmlrpc")))]
pub(crate) use receive::{Refusal, deadline, receive};
#[cfg(feature = "client")]
pub(crate) use remote::{ClientProtocol, Framing, Http, Remote};
pub(crate) use timeout::{parse_timeout, write_timeout};
