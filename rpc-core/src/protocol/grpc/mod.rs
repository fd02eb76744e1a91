//! gRPC over HTTP/2 ([PROTOCOL-HTTP2.md](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md)).
//!
//! `docs/protocols/grpc.md` lists every wire decision with an example.

#[cfg(feature = "client")]
pub(crate) mod client;
mod compress;
mod frame;
#[cfg(feature = "server")]
mod reflection;
#[cfg(feature = "server")]
pub(crate) mod server;
mod status;

use http::HeaderMap;
#[cfg(feature = "server")]
pub(crate) use reflection::Reflection;

/// The media type of requests and replies.
const CONTENT_TYPE: &str = "application/grpc";

/// Whether a content-type is gRPC with proto messages.
pub(crate) fn is_grpc(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(CONTENT_TYPE) || essence.eq_ignore_ascii_case("application/grpc+proto")
}

/// A header's text, if it is there and is visible ASCII.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
