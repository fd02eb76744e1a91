//! gRPC over HTTP/2 ([PROTOCOL-HTTP2.md](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md)).
//!
//! `docs/protocols/grpc.md` lists every wire decision with an example.

#[cfg(feature = "client")]
pub(crate) mod client;
mod compress;
mod frame;
#[cfg(fuzzing)]
pub mod fuzzing;
#[cfg(feature = "server")]
mod reflection;
#[cfg(feature = "server")]
mod refusal;
#[cfg(feature = "server")]
pub(crate) mod server;
mod status;
mod stream;
#[cfg(feature = "server")]
pub(crate) mod web;
mod zstd;

use http::{HeaderMap, HeaderName};
#[cfg(feature = "server")]
pub(crate) use reflection::Reflection;
#[cfg(feature = "server")]
pub(crate) use refusal::not_grpc;

/// The media type of requests and replies.
const CONTENT_TYPE: &str = "application/grpc";

const GRPC_ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");
const GRPC_ACCEPT_ENCODING: HeaderName = HeaderName::from_static("grpc-accept-encoding");
const GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// Whether a content-type is gRPC's own, whatever its messages are encoded in. (gRPC-Web is another protocol.)
pub(crate) fn is_grpc(content_type: &str) -> bool {
    codec(content_type).is_some()
}

/// The codec of a gRPC content-type, if it is not proto.
fn foreign_codec(content_type: &str) -> Option<&str> {
    codec(content_type).filter(|codec| !codec.eq_ignore_ascii_case("proto"))
}

/// What a gRPC content-type says of its messages: `application/grpc+json`; without a word they are proto.
fn codec(content_type: &str) -> Option<&str> {
    let (kind, rest) = content_type.split_at_checked(CONTENT_TYPE.len())?;
    // Every request is asked this, and most of those that are not gRPC's end here.
    if !kind.eq_ignore_ascii_case(CONTENT_TYPE) {
        return None;
    }
    match rest.split(';').next().unwrap_or_default().trim_end() {
        "" => Some("proto"),
        suffix => suffix.strip_prefix('+'),
    }
}

/// A header's text, if it is there and is visible ASCII.
fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_types_are_told_by_their_first_part() {
        for ours in ["application/grpc", "Application/gRPC+Proto", "application/grpc; charset=x"] {
            assert!(is_grpc(ours) && foreign_codec(ours).is_none(), "{ours}");
        }
        assert_eq!(foreign_codec("application/grpc+json;x"), Some("json"));
        for foreign in ["", "application/json", "application/grpc-web", "application/grpc-web+proto", "grpc"]
        {
            assert!(!is_grpc(foreign), "{foreign}");
        }
    }
}
