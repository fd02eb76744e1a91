//! JSON-RPC on one connection that many calls share: a WebSocket, or a raw stream of messages.
//!
//! The connection is one request whose body and whose reply's body run at once; the content-type names how messages
//! stand in them. Both ends may call. `docs/protocols/jsonrpc.md` lists every wire decision with an example.

#[cfg(feature = "client")]
mod around;
#[cfg(feature = "client")]
mod ask;
#[cfg(feature = "client")]
mod back;
#[cfg(feature = "client")]
mod caller;
#[cfg(feature = "client")]
mod dial;
#[cfg(feature = "client")]
mod driven;
mod driver;
mod extra;
#[cfg(feature = "websocket")]
mod handshake;
mod hush;
mod inbox;
#[cfg(feature = "client")]
mod later;
#[cfg(feature = "client")]
mod line;
mod open;
mod outgoing;
mod probe;
mod receive;
mod room;
mod serving;
mod under_way;
#[cfg(feature = "client")]
mod upload;
mod wire;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Request, Response};
use polyrpc_transports::{Body, Peer, RawStream};

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

/// Takes a lock, also behind somebody who panicked with it.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a content-type is that of a raw stream of messages.
pub(crate) fn is_raw(content_type: &str) -> bool {
    Framing::named(content_type).is_some()
}

/// Answers a raw stream of messages by another one, on a connection of its own or in a request.
pub(crate) fn serve(host: &Host, peer: Option<Arc<Peer>>, request: Request<Body>) -> Response<Body> {
    let (mut head, body) = request.into_parts();
    let is_connection = head.extensions.remove::<RawStream>().is_some();
    let content_type = head.headers.get(CONTENT_TYPE).cloned();
    let framing = content_type.as_ref().and_then(|value| Framing::named(value.to_str().ok()?));
    let session = answering(host, peer, head.headers, framing.unwrap_or(Framing::Newline), body);
    let session = if is_connection { session.on_a_connection() } else { session };
    let mut response = Response::new(Body::stream(session));
    response.headers_mut().insert(CONTENT_TYPE, content_type.unwrap_or(HeaderValue::from_static(NEWLINE)));
    response
}

/// A session with a peer that may call.
fn answering(
    host: &Host,
    peer: Option<Arc<Peer>>,
    headers: HeaderMap,
    framing: Framing,
    incoming: Body,
) -> Session {
    let serving = Serving::new(host.router.clone(), peer, Metadata::from_headers(headers));
    #[cfg(feature = "client")]
    {
        let (line, asked) = caller::line(Arc::new(super::requests::Requests::new(false)));
        Session::new(framing, incoming, host.limits, Some(serving), asked).staying(line)
    }
    #[cfg(not(feature = "client"))]
    Session::new(framing, incoming, host.limits, Some(serving))
}
