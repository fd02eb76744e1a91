//! The body of a reply that streams: its messages, and the status in trailers behind them.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::HeaderMap;
use http_body::Frame;

use super::Messages;
use crate::dispatch::{FILL, Fill, Items, Sink};
use crate::metadata::{Metadata, ReplyParts};
use crate::protocol::grpc::compress::Encoding;
use crate::protocol::grpc::status;
use crate::status::{Code, Status};

/// Messages in frames of what is ready, up to [`FILL`] bytes.
pub(in crate::protocol::grpc) struct Sending {
    /// None once it has ended.
    items: Option<Pin<Box<dyn Fill>>>,
    messages: Messages,
    /// Trailers that were set before the stream began.
    trailers: Metadata,
    /// Bytes of the last frame: a guess at the next.
    filled: usize,
}

impl Sending {
    pub(in crate::protocol::grpc) fn new(items: Items, encoding: Encoding, trailers: Metadata) -> Sending {
        let messages = Messages::new(encoding);
        Sending { items: Some(items.into_fill()), messages, trailers, filled: 0 }
    }

    fn end(&mut self, outcome: Result<Option<Box<ReplyParts>>, Status>) -> HeaderMap {
        self.items = None;
        let mut trailers = std::mem::take(&mut self.trailers).into_headers();
        let (parts, outcome) = match outcome {
            Ok(parts) => (parts, Ok(())),
            Err(mut status) => (status.take_reply(), Err(status)),
        };
        if let Some(parts) = parts {
            trailers.extend(parts.trailers.into_headers());
        }
        match outcome {
            Ok(()) => drop(trailers.insert(status::GRPC_STATUS, status::number(Code::Ok))),
            Err(failure) => status::write_fitting(failure, &mut trailers),
        }
        trailers
    }
}

impl http_body::Body for Sending {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = &mut *self;
        let Some(items) = &mut this.items else { return Poll::Ready(None) };
        let mut out = Vec::with_capacity(this.filled);
        let outcome =
            match ready!(items.as_mut().poll_fill(cx, &mut Sink::new(&mut out, &mut this.messages, FILL))) {
                Ok(true) => {
                    this.filled = out.len();
                    return Poll::Ready(Some(Ok(Frame::data(out.into()))));
                }
                Ok(false) => Ok(items.as_mut().take_parts()),
                Err(status) => Err(status),
            };
        Poll::Ready(Some(Ok(Frame::trailers(this.end(outcome)))))
    }

    fn is_end_stream(&self) -> bool {
        self.items.is_none()
    }
}
