//! One call on an HTTP/2 connection.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use ::http::{Request, Response};
use bytes::Bytes;
use h2::client::SendRequest;
use h2::{Reason, SendStream};
use http_body::{Body as _, Frame, SizeHint};
use tokio::task::AbortHandle;

use super::super::super::incoming::{self, Incoming};
use super::super::super::outgoing::{Outlet, Pump, send_whole, strip_connection_headers};
use super::Connection;
use crate::stall::Stall;
use crate::{Body, BodyError, ClientError};

/// A call that got no response.
pub(super) struct Failed {
    pub(super) error: ClientError,
    /// The request's body, if nobody has looked at it.
    pub(super) untouched: Option<Body>,
}

impl From<ClientError> for Failed {
    fn from(error: ClientError) -> Self {
        Self { error, untouched: None }
    }
}

/// Sends the request and waits for the head of its response.
pub(super) async fn exchange(
    connection: Connection,
    request: Request<Body>,
) -> Result<Response<Body>, Failed> {
    let Connection { mut send, ahead } = connection;
    let (mut head, body) = request.into_parts();
    strip_connection_headers(&mut head.headers);
    let whole = body.is_end_stream();
    let (response, send) = match send.send_request(Request::from_parts(head, ()), whole) {
        Ok(sent) => sent,
        Err(error) => {
            let error = not_sent(error, send).await;
            return Err(Failed { error, untouched: Some(body) });
        }
    };
    let sending = if whole { None } else { send_body(send, body) };
    let (head, recv) = response.await.map_err(call_error)?.into_parts();
    let mut recv = Some(recv);
    let body = poll_fn(|cx| match recv.take() {
        Some(recv) => Poll::Ready(match incoming::http2(recv, &head.headers, Stall::default(), &ahead, cx) {
            Incoming::Whole(body) => body,
            Incoming::Stream(body) => Body::Stream(Box::pin(body)),
        }),
        None => Poll::Pending,
    });
    let body = match (body.await, sending) {
        (body, None) => body,
        (body, Some(sending)) => Body::stream(WhileSending { body, _sending: sending }),
    };
    Ok(Response::from_parts(head, body))
}

/// Whether it is the request's fault, or the connection takes no more of them: it may be over, or out of stream ids.
pub(super) async fn not_sent(error: h2::Error, mut send: SendRequest<Bytes>) -> ClientError {
    let ready = poll_fn(|cx| Poll::Ready(send.poll_ready(cx))).await;
    if matches!(ready, Poll::Ready(Err(_))) { lost_before(error) } else { ClientError::request(error) }
}

fn lost_before(error: h2::Error) -> ClientError {
    ClientError::lost(error).before_start()
}

fn call_error(error: h2::Error) -> ClientError {
    if error.is_io() {
        return ClientError::lost(error);
    }
    // A peer's GOAWAY reaches only the calls above the last one it looked at.
    if error.is_go_away() {
        return if error.is_remote() { lost_before(error) } else { ClientError::protocol(error) };
    }
    match error.reason() {
        Some(Reason::REFUSED_STREAM) if error.is_remote() => {
            ClientError::reset(Reason::REFUSED_STREAM.into(), error).before_start()
        }
        Some(reason) if error.is_remote() => ClientError::reset(reason.into(), error),
        Some(_) if error.is_reset() => ClientError::malformed(error),
        _ => ClientError::protocol(error),
    }
}

/// Sends the body: at once if it is there, else in a task, so that it goes on whatever the caller is reading.
fn send_body(mut send: SendStream<Bytes>, body: Body) -> Option<Sending> {
    // If the stream ended already, the response says how.
    let rest = send_whole(&mut send, body, &Free).ok()??;
    let pump = Pump::new(send, rest, Free);
    Some(Sending(tokio::spawn(pump).abort_handle()))
}

/// A client sends its own bytes, and counts none of them.
struct Free;

impl Outlet for Free {
    type Data = Bytes;

    fn put(&self, data: Bytes) -> Bytes {
        data
    }

    fn poll_room(&self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

/// A request body that is being sent; given up with the call.
struct Sending(AbortHandle);

impl Drop for Sending {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A response's body while the request's is still being sent.
struct WhileSending {
    body: Body,
    _sending: Sending,
}

impl http_body::Body for WhileSending {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
