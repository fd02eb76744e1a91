//! How messages stand one behind the other on a stream of bytes.

mod lengths;
mod lines;
#[cfg(feature = "websocket")]
mod websocket;

use bytes::Bytes;

use crate::status::Status;
use lengths::Lengths;
use lines::Lines;
#[cfg(feature = "websocket")]
pub(super) use websocket::WebSocket;

/// Lines: `application/x-ndjson`.
pub(crate) const NEWLINE: &str = "application/x-ndjson";

/// A header with the length before each message, as in the base protocol of LSP.
pub(crate) const CONTENT_LENGTH: &str = "application/vscode-jsonrpc";

/// How messages are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    Newline,
    ContentLength,
    #[cfg(feature = "websocket")]
    WebSocket(Role),
}

/// Which end of a WebSocket.
#[cfg(feature = "websocket")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Client,
    Server,
}

impl Framing {
    /// The framing that a content-type names.
    pub(super) fn named(content_type: &str) -> Option<Framing> {
        match content_type.split(';').next().unwrap_or_default().trim() {
            NEWLINE => Some(Framing::Newline),
            CONTENT_LENGTH => Some(Framing::ContentLength),
            _ => None,
        }
    }

    /// Frames the message that stands behind `start`.
    pub(super) fn close(self, out: &mut Vec<u8>, start: usize) {
        match self {
            Framing::Newline => out.push(b'\n'),
            Framing::ContentLength => lengths::close(out, start),
            #[cfg(feature = "websocket")]
            Framing::WebSocket(role) => websocket::close(out, start, role),
        }
    }
}

/// Messages out of the bytes that arrive.
pub(super) enum Reader {
    Lines(Lines),
    Lengths(Lengths),
    #[cfg(feature = "websocket")]
    WebSocket(Box<WebSocket>),
}

impl Reader {
    /// A reader of messages of at most `limit` bytes.
    pub(super) fn new(framing: Framing, limit: usize) -> Reader {
        match framing {
            Framing::Newline => Reader::Lines(Lines::new(limit)),
            Framing::ContentLength => Reader::Lengths(Lengths::new(limit)),
            #[cfg(feature = "websocket")]
            Framing::WebSocket(role) => Reader::WebSocket(Box::new(WebSocket::new(role, limit))),
        }
    }

    /// Adds bytes that arrived.
    pub(super) fn push(&mut self, data: Bytes) {
        match self {
            Reader::Lines(lines) => lines.push(data),
            Reader::Lengths(lengths) => lengths.push(&data),
            #[cfg(feature = "websocket")]
            Reader::WebSocket(socket) => socket.push(data),
        }
    }

    /// The next whole message. What must be said before anything else (the answer to a ping) is appended to `out`.
    ///
    /// # Errors
    ///
    /// Bytes after which no message can be found any more: the connection is of no further use.
    #[cfg_attr(
        not(feature = "websocket"),
        expect(clippy::ptr_arg, unused_variables, reason = "a WebSocket alone has more to say")
    )]
    pub(super) fn next(&mut self, out: &mut Vec<u8>) -> Result<Option<Bytes>, Status> {
        match self {
            Reader::Lines(lines) => lines.next(),
            Reader::Lengths(lengths) => lengths.next(),
            #[cfg(feature = "websocket")]
            Reader::WebSocket(socket) => socket.next(out),
        }
    }

    /// The message behind which no other comes, though nothing says that it is whole.
    pub(super) fn last(&mut self) -> Option<Bytes> {
        match self {
            Reader::Lines(lines) => lines.last(),
            Reader::Lengths(_) => None,
            #[cfg(feature = "websocket")]
            Reader::WebSocket(_) => None,
        }
    }

    /// Whether the peer has said good-bye.
    pub(super) fn is_closed(&self) -> bool {
        match self {
            Reader::Lines(_) | Reader::Lengths(_) => false,
            #[cfg(feature = "websocket")]
            Reader::WebSocket(socket) => socket.is_closed(),
        }
    }
}

/// A message over the limit.
fn too_large(limit: usize) -> Status {
    Status::resource_exhausted(format!("a message is over the limit of {limit} bytes"))
}
