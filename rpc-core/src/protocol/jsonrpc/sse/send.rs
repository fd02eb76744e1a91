//! The body of an answer that streams: a notification for each item, and the response behind them.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue};
use http_body::Frame;
use polyrpc_transports::Body;

use super::EVENT_STREAM;
use crate::dispatch::{FILL, Fill, ItemFraming, Items, Sink};
use crate::metadata::{Metadata, ReplyParts};
use crate::protocol::jsonrpc::error::write_string;
use crate::protocol::jsonrpc::extra;
use crate::protocol::jsonrpc::reply::{Answer, HEAD};
use crate::status::Status;

/// What an event begins and ends with.
const OPEN: &[u8] = b"data: ";
const CLOSE: &[u8] = b"\n\n";

/// The HTTP response whose events are these items, as the answer to the call of `method` with this id.
pub(in crate::protocol::jsonrpc) fn response(
    items: Items,
    parts: Option<Box<ReplyParts>>,
    method: &str,
    id: &str,
) -> Response<Body> {
    let ReplyParts { headers, trailers, .. } = parts.map(|parts| *parts).unwrap_or_default();
    let events = Events {
        items: Some(items.into_fill()),
        notifications: Notifications::new(method, id),
        id: id.to_owned(),
        trailers,
        filled: 0,
    };
    let mut response = Response::new(Body::stream(events));
    *response.headers_mut() = response_headers(headers);
    response
}

fn response_headers(metadata: Metadata) -> HeaderMap {
    let mut headers = metadata.into_headers();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(EVENT_STREAM));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers
}

/// Each item is an event with a notification.
struct Notifications {
    head: Vec<u8>,
}

impl Notifications {
    fn new(method: &str, id: &str) -> Notifications {
        let mut head = OPEN.to_vec();
        head.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"method\":");
        write_string(&mut head, method);
        head.extend_from_slice(b",\"params\":{\"subscription\":");
        head.extend_from_slice(id.as_bytes());
        head.extend_from_slice(b",\"result\":");
        Notifications { head }
    }
}

impl ItemFraming for Notifications {
    fn open(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.head);
    }

    fn close(&mut self, out: &mut Vec<u8>, start: usize) -> Result<(), Status> {
        // JSON that somebody else wrote may have line ends between its tokens, which would end the field.
        for byte in out.iter_mut().skip(start).filter(|byte| matches!(**byte, b'\n' | b'\r')) {
            *byte = b' ';
        }
        out.extend_from_slice(b"}}");
        out.extend_from_slice(CLOSE);
        Ok(())
    }
}

/// Events in frames of what is ready, up to [`FILL`] bytes.
struct Events {
    /// None once it has ended.
    items: Option<Pin<Box<dyn Fill>>>,
    notifications: Notifications,
    id: String,
    /// Trailers that were set before the stream began.
    trailers: Metadata,
    /// Bytes of the last frame: a guess at the next.
    filled: usize,
}

impl Events {
    /// The last event: the response.
    fn end(&mut self, outcome: Result<Option<Box<ReplyParts>>, Status>) -> Bytes {
        self.items = None;
        let mut answer = match outcome {
            Ok(parts) => Answer::result([HEAD, b"null"].concat(), &self.id, parts),
            Err(status) => Answer::error(status, Some(&self.id)),
        };
        let mut trailers = std::mem::take(&mut self.trailers);
        if let Some(parts) = answer.parts {
            trailers.extend(&parts.trailers);
        }
        extra::write(&mut answer.text, &trailers);
        [OPEN, &answer.text, CLOSE].concat().into()
    }
}

impl http_body::Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = &mut *self;
        let Some(items) = &mut this.items else { return Poll::Ready(None) };
        let mut out = Vec::with_capacity(this.filled);
        let mut sink = Sink::new(&mut out, &mut this.notifications, FILL);
        let outcome = match ready!(items.as_mut().poll_fill(cx, &mut sink)) {
            Ok(true) => {
                this.filled = out.len();
                return Poll::Ready(Some(Ok(Frame::data(out.into()))));
            }
            Ok(false) => Ok(items.as_mut().take_parts()),
            Err(status) => Err(status),
        };
        Poll::Ready(Some(Ok(Frame::data(this.end(outcome)))))
    }

    fn is_end_stream(&self) -> bool {
        self.items.is_none()
    }
}
