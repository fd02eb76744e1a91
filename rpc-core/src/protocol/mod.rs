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
#[cfg(any(feature = "client", feature = "server"))]
mod host;
#[cfg(any(
    all(feature = "server", feature = "jsonrpc"),
    all(feature = "xmlrpc", any(feature = "client", feature = "server"))
))]
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
#[cfg(any(feature = "client", feature = "server"))]
pub(crate) use host::{Host, Limits};
#[cfg(any(
    all(feature = "server", feature = "jsonrpc"),
    all(feature = "xmlrpc", any(feature = "client", feature = "server"))
))]
pub(crate) use list::Array;
#[cfg(all(feature = "client", feature = "xmlrpc"))]
pub(crate) use list::append;
#[cfg(all(feature = "server", any(feature = "jsonrpc", feature = "xmlrpc")))]
pub(crate) use list::gather;
#[cfg(feature = "client")]
pub(crate) use lost::{no_response, told, torn_response};
#[cfg(all(feature = "jsonrpc", feature = "client"))]
pub(crate) use media::foreign_encoding;
#[cfg(any(feature = "jsonrpc", feature = "xmlrpc"))]
pub(crate) use media::is_one_of;
#[cfg(all(feature = "jsonrpc", feature = "server"))]
pub(crate) use media::prefers;
#[cfg(all(feature = "client", feature = "xmlrpc"))]
pub(crate) use post::post_frame;
#[cfg(all(feature = "client", any(feature = "jsonrpc", feature = "xmlrpc")))]
pub(crate) use post::{post, reply, uri};
#[cfg(all(feature = "server", any(feature = "jsonrpc", feature = "xmlrpc")))]
pub(crate) use receive::{Refusal, deadline, receive};
#[cfg(feature = "client")]
pub(crate) use remote::{Caller, ClientProtocol, Framing, Http, Remote};
pub(crate) use timeout::{parse_timeout, write_timeout};

/// Largest message in bytes, unless a server or a channel says otherwise.
pub(crate) const MESSAGE_LIMIT: usize = 4 << 20;
