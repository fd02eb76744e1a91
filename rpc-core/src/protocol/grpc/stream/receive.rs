//! The messages of a body, as they arrive.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::HeaderMap;
use http_body::Body as _;
use polyrpc_transports::{Body, BodyError};

use crate::dispatch::Pull;
use crate::metadata::ReplyParts;
use crate::protocol::grpc::frame::Deframer;
use crate::status::Status;

/// How a body ends.
pub(in crate::protocol::grpc) trait Ending: Send + 'static {
    /// The outcome that the trailers tell of, and what came beside it.
    fn end(&mut self, trailers: HeaderMap) -> Result<Option<Box<ReplyParts>>, Status>;

    /// The status of a body that broke off.
    fn torn(&mut self, error: BodyError) -> Status;

    /// Whose messages they are.
    fn what(&self) -> &'static str;
}

/// The messages of a body.
pub(in crate::protocol::grpc) struct Receiving<E> {
    /// None once it has ended.
    body: Option<Body>,
    deframer: Deframer,
    ending: E,
    parts: Option<Box<ReplyParts>>,
}

impl<E: Ending> Receiving<E> {
    pub(in crate::protocol::grpc) fn new(body: Body, deframer: Deframer, ending: E) -> Receiving<E> {
        Receiving { body: Some(body), deframer, ending, parts: None }
    }

    fn end(&mut self, trailers: HeaderMap) -> Result<(), Status> {
        self.body = None;
        self.parts = self.ending.end(trailers)?;
        match self.deframer.is_torn() {
            true => Err(Status::internal(format!("{} end inside a message", self.ending.what()))),
            false => Ok(()),
        }
    }
}

impl<E: Ending + Unpin> Pull for Receiving<E> {
    fn poll_item(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Status>> {
        let this = &mut *self;
        loop {
            match this.deframer.next() {
                Ok(None) => {}
                found => return Poll::Ready(found),
            }
            let Some(body) = &mut this.body else { return Poll::Ready(Ok(None)) };
            match ready!(Pin::new(body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => this.deframer.push(data),
                    Err(frame) => this.end(frame.into_trailers().unwrap_or_default())?,
                },
                Some(Err(error)) => return Poll::Ready(Err(this.ending.torn(error))),
                None => this.end(HeaderMap::new())?,
            }
        }
    }

    fn take_parts(mut self: Pin<&mut Self>) -> Option<Box<ReplyParts>> {
        self.parts.take()
    }
}
