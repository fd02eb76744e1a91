//! The protocols: each translates between HTTP semantics and calls, and knows neither the others nor a transport.

#[cfg(feature = "grpc")]
pub(crate) mod grpc;

#[cfg(feature = "client")]
mod announce;
#[cfg(feature = "server")]
mod host;
#[cfg(feature = "client")]
mod remote;
mod timeout;

#[cfg(feature = "server")]
pub(crate) use host::{Host, Limits};
#[cfg(feature = "client")]
pub(crate) use remote::{ClientProtocol, Framing, Remote};
pub(crate) use timeout::{parse_timeout, write_timeout};
