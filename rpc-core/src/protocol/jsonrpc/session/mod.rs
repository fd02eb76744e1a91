//! JSON-RPC on one connection that many calls share: a WebSocket, or a raw stream of messages.
//!
//! The connection is one request whose body and whose reply's body run at once; the content-type names how messages
//! stand in them. Both ends may call. `docs/protocols/jsonrpc.md` lists every wire decision with an example.

#[cfg(feature = "client")]
mod ask;
#[cfg(feature = "client")]
mod caller;
#[cfg(feature = "client")]
mod dial;
mod driver;
mod extra;
#[cfg(feature = "websocket")]
mod handshake;
mod inbox;
#[cfg(feature = "client")]
mod later;
mod outgoing;
mod receive;
mod serving;
mod wire;

use std::sync::Arc;

use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Request, Response};
use polyrpc_transports::{Body, Peer};

use crate::metadata::Metadata;
use crate::protocol::Host;
#[cfg(feature = "client")]
pub(crate) use dial::{Raw, Sessions, Way};
use driver::Session;
#[cfg(feature = "websocket")]
pub(crate) use handshake::open;
use serving::Serving;
use wire::Framing;
use wire::{CONTENT_LENGTH, NEWLINE};

/// How a connection begins that is a raw stream of messages, and its content-type.
pub(crate) const PREFIXES: [(&[u8], &str); 4] =
    [(b"{", NEWLINE), (b"[", NEWLINE), (b"Content-", CONTENT_LENGTH), (b"content-", CONTENT_LENGTH)];

/// Whether a content-type is that of a raw stream of messages.
pub(crate) fn is_raw(content_type: &str) -> bool {
    Framing::named(content_type).is_some()
}

/// Answers a raw stream of messages by another one.
pub(crate) fn serve(host: Arc<Host>, peer: Option<Arc<Peer>>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let content_type = head.headers.get(CONTENT_TYPE).cloned();
    let framing = content_type.as_ref().and_then(|value| Framing::named(value.to_str().ok()?));
    let serving = Serving { host, peer, metadata: Arc::new(Metadata::from_headers(head.headers)) };
    let mut response = Response::new(session(serving, framing.unwrap_or(Framing::Newline), body));
    response.headers_mut().insert(CONTENT_TYPE, content_type.unwrap_or(HeaderValue::from_static(NEWLINE)));
    response
}

/// What a session says to a peer that may call.
fn session(serving: Serving, framing: Framing, incoming: Body) -> Body {
    let limits = serving.host.limits;
    Body::stream(Session::new(
        framing,
        incoming,
        limits,
        Some(serving),
        #[cfg(feature = "client")]
        caller::line().1,
    ))
}
