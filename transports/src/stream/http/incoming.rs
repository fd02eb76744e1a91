//! Bodies that come in, for both ends.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use h2::RecvStream;
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use http_body::{Frame, SizeHint};

use super::ahead::{Ahead, Shared, release};
use crate::stall::Stall;
use crate::{Body, BodyError};

/// The body of an HTTP/2 stream.
pub(super) struct Http2 {
    source: Shared,
    /// What was already taken from the stream.
    first: Option<Bytes>,
    data_done: bool,
    remaining: Option<u64>,
    stall: Stall,
}

/// A body on its way in.
pub(super) enum Incoming<B> {
    /// It is there already.
    Whole(Body),
    /// More of it is to come.
    Stream(B),
}

/// The body behind an HTTP/2 head. One that is there already, whole, is not boxed.
pub(super) fn http2(
    mut recv: RecvStream,
    headers: &HeaderMap,
    stall: Stall,
    ahead: &Ahead,
    cx: &mut Context<'_>,
) -> Incoming<Http2> {
    if recv.is_end_stream() {
        return Incoming::Whole(Body::Empty);
    }
    let first = match recv.poll_data(cx) {
        Poll::Ready(Some(Ok(data))) => {
            release(&mut recv, data.len());
            if recv.is_end_stream() {
                return Incoming::Whole(Body::from(data));
            }
            // A unary reply is all there as a rule: data, and trailers behind it.
            if let Poll::Ready(Ok(Some(trailers))) = recv.poll_trailers(cx) {
                return Incoming::Whole(Body::with_trailers(data, trailers));
            }
            (!data.is_empty()).then_some(data)
        }
        _ => None,
    };
    let remaining = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    Incoming::Stream(Http2 { source: ahead.add(recv), first, data_done: false, remaining, stall })
}

impl http_body::Body for Http2 {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = &mut *self;
        if let Some(data) = this.first.take() {
            return Poll::Ready(Some(Ok(this.data(data))));
        }
        while !this.data_done {
            match this.source.poll_data(cx) {
                // What ends a stream is often an empty frame.
                Poll::Ready(Some(Ok(data))) if data.is_empty() => {}
                Poll::Ready(Some(Ok(data))) => {
                    this.stall.moved();
                    return Poll::Ready(Some(Ok(this.data(data))));
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(body_error(error)))),
                Poll::Ready(None) => this.data_done = true,
                Poll::Pending => return this.stall.poll_stalled(cx).map(|error| Some(Err(error))),
            }
        }
        match this.source.poll_trailers(cx) {
            Poll::Ready(Ok(trailers)) => Poll::Ready(trailers.map(|trailers| Ok(Frame::trailers(trailers)))),
            Poll::Ready(Err(error)) => Poll::Ready(Some(Err(body_error(error)))),
            Poll::Pending => this.stall.poll_stalled(cx).map(|error| Some(Err(error))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_none() && self.source.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.remaining.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

impl Http2 {
    fn data(&mut self, data: Bytes) -> Frame<Bytes> {
        if let Some(remaining) = &mut self.remaining {
            *remaining = remaining.saturating_sub(data.len() as u64);
        }
        Frame::data(data)
    }
}

fn body_error(error: h2::Error) -> BodyError {
    if error.is_io() || error.is_go_away() {
        return BodyError::lost(error);
    }
    match error.reason() {
        Some(reason) if error.is_remote() => BodyError::reset(reason.into(), error),
        _ => BodyError::malformed(error),
    }
}

/// The body of an HTTP/1 request.
#[cfg(feature = "server")]
pub(super) struct Http1 {
    inner: hyper::body::Incoming,
    stall: Stall,
}

/// The body behind an HTTP/1 head.
#[cfg(feature = "server")]
pub(super) fn http1(inner: hyper::body::Incoming, stall: Stall) -> Incoming<Http1> {
    match http_body::Body::is_end_stream(&inner) {
        true => Incoming::Whole(Body::Empty),
        false => Incoming::Stream(Http1 { inner, stall }),
    }
}

#[cfg(feature = "server")]
impl http_body::Body for Http1 {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match Pin::new(&mut self.inner).poll_frame(cx) {
            Poll::Ready(frame) => {
                self.stall.moved();
                Poll::Ready(frame.map(|frame| frame.map_err(http1_error)))
            }
            Poll::Pending => self.stall.poll_stalled(cx).map(|error| Some(Err(error))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// What ended an HTTP/1 body early.
pub(super) fn http1_error(error: hyper::Error) -> BodyError {
    if error.is_parse() { BodyError::malformed(error) } else { BodyError::lost(error) }
}
