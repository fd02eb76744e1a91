//! XML-RPC over HTTP POST ([the specification](http://xmlrpc.com/spec.md)).
//!
//! `docs/protocols/xmlrpc.md` lists every wire decision with an example.

#[cfg(feature = "client")]
mod client;
mod fault;
#[cfg(feature = "server")]
mod introspect;
#[cfg(feature = "server")]
mod multicall;
#[cfg(feature = "server")]
mod reply;
#[cfg(feature = "server")]
mod server;
#[cfg(feature = "server")]
mod signature;

use crate::protocol::is_one_of;

#[cfg(feature = "client")]
pub(crate) use client::{Client, DEFAULT_PATH};
#[cfg(feature = "server")]
pub(crate) use introspect::Introspection;
#[cfg(feature = "server")]
pub(crate) use server::serve;

/// The media type of what we send.
const MEDIA_TYPE: &str = "text/xml";

/// The media types of what we read.
const MEDIA_TYPES: [&str; 2] = [MEDIA_TYPE, "application/xml"];

/// Whether a content-type is that of XML-RPC, in UTF-8.
pub(crate) fn is_media_type(content_type: &str) -> bool {
    is_one_of(content_type, &MEDIA_TYPES)
}
