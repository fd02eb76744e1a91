//! One call of a client.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Response, response};
use http_body::Frame;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::AbortHandle;

use super::Line;
use crate::message::layer::{Code, Reset};
use crate::message::link::{Link, Outgoing, Piece};
use crate::message::transport::{Outbox, Transport};
use crate::{Body, BodyError, ClientError};

/// What a call begins with.
pub(super) struct Start {
    pub(super) first: Piece,
    pub(super) priority: u32,
    /// The rest of the request, until somebody sends it.
    pub(super) rest: Option<Outgoing>,
}

impl Start {
    /// Whether the request cannot be sent once more, for its body is gone.
    pub(super) fn is_spent(&self) -> bool {
        self.rest.is_none()
    }
}

/// A call that was begun. Dropping it gives it up, unless it has ended.
pub(super) struct Call<T: Transport> {
    link: Arc<Link<response::Parts, T::Outbox>>,
    number: u64,
    /// Sends the body of the request, where that comes over time.
    sending: Option<AbortHandle>,
    _place: OwnedSemaphorePermit,
}

impl<T: Transport> Drop for Call<T> {
    fn drop(&mut self) {
        if let Some(sending) = &self.sending {
            sending.abort();
        }
        self.link.end(self.number, Reset::new(Code::Cancelled, ""));
    }
}

impl<T: Transport> Call<T> {
    /// Begins a call as soon as it has a place among those that are open.
    pub(super) async fn begin(line: &Line<T>, start: &mut Start) -> Result<Self, ClientError> {
        let lost = || ClientError::lost("the link takes no more calls").before_start();
        let place = line.places.clone().acquire_owned().await.map_err(|_| lost())?;
        let (link, (first, end)) = (line.link.clone(), start.first.clone());
        let number = link.open(first, end, start.priority).ok_or_else(lost)?;
        let mut call = Self { link, number, sending: None, _place: place };
        if let Some(rest) = start.rest.take_if(|rest| rest.is_open()) {
            let sending = send_rest(call.link.clone(), number, rest);
            // A task of its own, so that it goes on whatever the caller is reading.
            call.sending = Some(tokio::spawn(sending).abort_handle());
        }
        Ok(call)
    }

    /// Waits for the head of the response.
    pub(super) async fn response(self) -> Result<Response<Body>, ClientError> {
        let arrived = poll_fn(|cx| self.link.poll_head(self.number, cx)).await;
        let (head, body) = arrived.map_err(ClientError::from)?;
        let body = body.unwrap_or_else(|| Body::Stream(Box::pin(ReplyBody(self))));
        Ok(Response::from_parts(head, body))
    }
}

/// Sends a body as it comes, no faster than it is taken.
async fn send_rest<O: Outbox>(link: Arc<Link<response::Parts, O>>, number: u64, mut rest: Outgoing) {
    while rest.is_open() {
        // A body that always has more leaves others their turn.
        tokio::task::consume_budget().await;
        if !poll_fn(|cx| link.poll_room(number, cx)).await {
            return;
        }
        match poll_fn(|cx| rest.poll_piece(cx)).await {
            Ok((data, end)) => link.send(number, data, end),
            Err(error) => return link.fail(number, Reset::new(Code::Cancelled, error.to_string())),
        }
    }
}

/// The body of a response that comes over time.
struct ReplyBody<T: Transport>(Call<T>);

impl<T: Transport> http_body::Body for ReplyBody<T> {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        self.0.link.poll_frame(self.0.number, cx)
    }
}
