//! JSON-RPC 2.0 over HTTP POST ([the specification](https://www.jsonrpc.org/specification)).
//!
//! `docs/protocols/jsonrpc.md` lists every wire decision with an example.

#[cfg(any(feature = "client", feature = "server"))]
mod argument;
#[cfg(feature = "client")]
mod client;
#[cfg(any(feature = "client", feature = "server"))]
mod elements;
mod error;
#[cfg(any(feature = "client", feature = "server"))]
mod extra;
#[cfg(fuzzing)]
pub mod fuzzing;
mod nesting;
#[cfg(any(feature = "client", feature = "server"))]
mod reply;
#[cfg(any(feature = "client", feature = "server"))]
mod request;
#[cfg(feature = "client")]
mod requests;
#[cfg(feature = "client")]
mod response;
mod scan;
#[cfg(feature = "server")]
mod server;
#[cfg(any(feature = "client", feature = "server"))]
pub(crate) mod session;
#[cfg(any(feature = "client", feature = "server"))]
mod sse;

use crate::protocol::is_one_of;

#[cfg(feature = "client")]
pub(crate) use client::Client;
#[cfg(feature = "server")]
pub(crate) use server::serve;

/// The `jsonrpc` member of every request and response.
const VERSION: &str = "2.0";

/// The media type of what we send.
const MEDIA_TYPE: &str = "application/json";

/// The media types of what we read.
const MEDIA_TYPES: [&str; 3] = [MEDIA_TYPE, "application/json-rpc", "application/jsonrequest"];

/// Whether a content-type is that of JSON-RPC, in UTF-8.
pub(crate) fn is_media_type(content_type: &str) -> bool {
    is_one_of(content_type, &MEDIA_TYPES)
}
