//! Sending a body on an HTTP/2 stream, for both ends.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use h2::{Reason, SendStream};
use http::HeaderMap;
use http_body::Body as _;

use crate::Body;

/// What bytes go through on their way to the engine.
pub(super) trait Outlet {
    /// The bytes as the engine gets them.
    type Data: Buf;

    fn put(&self, data: Bytes) -> Self::Data;

    /// Ready when more may be put.
    fn poll_room(&self, cx: &mut Context<'_>) -> Poll<()>;
}

/// Puts a whole body on the stream at once: the bytes are in memory anyway, and the engine sends them as the peer's
/// windows allow. A body that comes over time is given back.
pub(super) fn send_whole<O: Outlet>(
    send: &mut SendStream<O::Data>,
    body: Body,
    outlet: &O,
) -> Result<Option<Body>, h2::Error> {
    match body {
        Body::Empty => send.send_data(outlet.put(Bytes::new()), true)?,
        Body::Full { data, trailers } => {
            send.send_data(outlet.put(data), trailers.is_none())?;
            if let Some(trailers) = trailers {
                send.send_trailers(*trailers)?;
            }
        }
        Body::Announced(announced) => send.send_data(outlet.put(announced.take()), true)?,
        Body::Trailers(trailers) => send.send_trailers(*trailers)?,
        Body::Stream(_) => return Ok(Some(body)),
    }
    Ok(None)
}

/// Frames that a body may yield before others have their turn: one that always has more would keep the connection's
/// other calls from theirs.
const TURN: usize = 32;

/// Sends a body as it comes, no faster than the peer takes it. Ends when all is handed over, or the peer gave up.
pub(super) struct Pump<O: Outlet> {
    send: SendStream<O::Data>,
    body: Body,
    /// A chunk that waits for window, and whether it is the last one.
    waiting: Option<(O::Data, bool)>,
    outlet: O,
}

impl<O: Outlet> Pump<O> {
    pub(super) fn new(send: SendStream<O::Data>, body: Body, outlet: O) -> Self {
        Self { send, body, waiting: None, outlet }
    }

    fn poll_sent(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), h2::Error>> {
        for _ in 0..TURN {
            if let Poll::Ready(reason) = self.send.poll_reset(cx) {
                return Poll::Ready(reason.map(drop));
            }
            if self.waiting.is_some() && self.send.capacity() == 0 {
                match ready!(self.send.poll_capacity(cx)) {
                    Some(capacity) => drop(capacity?),
                    None => return Poll::Ready(Ok(())),
                }
                continue;
            }
            if let Some((data, last)) = self.waiting.take() {
                self.send.send_data(data, last)?;
                if last {
                    return Poll::Ready(Ok(()));
                }
            }
            ready!(self.outlet.poll_room(cx));
            // The body is asked before window is: a claim on the connection's window by a body that has nothing to
            // send could starve the other calls.
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => {
                    if self.take_frame(frame)? {
                        return Poll::Ready(Ok(()));
                    }
                }
                Some(Err(_)) => {
                    self.send.send_reset(Reason::INTERNAL_ERROR);
                    return Poll::Ready(Ok(()));
                }
                None => {
                    self.send.send_data(self.outlet.put(Bytes::new()), true)?;
                    return Poll::Ready(Ok(()));
                }
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Whether it was the last one.
    fn take_frame(&mut self, frame: http_body::Frame<Bytes>) -> Result<bool, h2::Error> {
        match frame.into_data() {
            Ok(data) if data.is_empty() => Ok(false),
            Ok(data) => {
                self.send.reserve_capacity(1);
                self.waiting = Some((self.outlet.put(data), self.body.is_end_stream()));
                Ok(false)
            }
            Err(frame) => match frame.into_trailers() {
                Ok(trailers) => self.send.send_trailers(trailers).map(|()| true),
                Err(_) => Ok(false),
            },
        }
    }
}

impl<O: Outlet<Data: Unpin> + Unpin> Future for Pump<O> {
    type Output = ();

    /// What goes wrong here is known to the reader of the other direction, or to nobody who could care.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.poll_sent(cx).map(drop)
    }
}

/// Takes out what has no place in HTTP/2 (RFC 9113, section 8.2.2).
pub(super) fn strip_connection_headers(headers: &mut HeaderMap) {
    for name in ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"] {
        headers.remove(name);
    }
}
