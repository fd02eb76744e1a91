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

impl<E: Ending> Receiving<E> {
    /// Reads on where no whole message is there; false once the body has ended.
    fn poll_more(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, Status>> {
        let Some(body) = &mut self.body else { return Poll::Ready(Ok(false)) };
        match ready!(Pin::new(body).poll_frame(cx)) {
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) => self.deframer.push(data),
                Err(frame) => self.end(frame.into_trailers().unwrap_or_default())?,
            },
            Some(Err(error)) => return Poll::Ready(Err(self.ending.torn(error))),
            None => self.end(HeaderMap::new())?,
        }
        Poll::Ready(Ok(true))
    }
}

impl<E: Ending + Unpin> Pull for Receiving<E> {
    fn poll_item(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Status>> {
        loop {
            if let Some(message) = self.deframer.next()? {
                return Poll::Ready(Ok(Some(message)));
            }
            if !ready!(self.poll_more(cx))? {
                return Poll::Ready(Ok(None));
            }
        }
    }

    fn poll_shown(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        show: &mut dyn FnMut(&[u8]),
    ) -> Poll<Result<bool, Status>> {
        loop {
            if self.deframer.show(show)? {
                return Poll::Ready(Ok(true));
            }
            if !ready!(self.poll_more(cx))? {
                return Poll::Ready(Ok(false));
            }
        }
    }

    fn take_parts(mut self: Pin<&mut Self>) -> Option<Box<ReplyParts>> {
        self.parts.take()
    }
}
