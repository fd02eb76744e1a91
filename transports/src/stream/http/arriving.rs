//! The bytes of a connection as a body, for both ends.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::Frame;
use tokio::io::ReadHalf;
use tokio_util::io::poll_read_buf;

use super::io::Io;
use crate::BodyError;
#[cfg(feature = "server")]
use crate::server::Stop;

/// Bytes that are read at once.
const CHUNK: usize = 16 << 10;

/// What arrives on a connection, until its end.
pub(super) struct Arriving {
    read: ReadHalf<Io>,
    buffer: BytesMut,
    #[cfg(feature = "server")]
    stop: Option<Stop>,
}

impl Arriving {
    #[cfg(feature = "client")]
    pub(super) fn new(read: ReadHalf<Io>) -> Self {
        Self {
            read,
            buffer: BytesMut::new(),
            #[cfg(feature = "server")]
            stop: None,
        }
    }

    /// It ends too when the listener stops.
    #[cfg(feature = "server")]
    pub(super) fn until(read: ReadHalf<Io>, stop: Stop) -> Self {
        Self { read, buffer: BytesMut::new(), stop: Some(stop) }
    }

    #[cfg(feature = "server")]
    fn is_stopped(&mut self, cx: &mut Context<'_>) -> bool {
        self.stop.as_mut().is_some_and(|stop| stop.poll(cx).is_ready())
    }

    #[cfg(not(feature = "server"))]
    fn is_stopped(&mut self, _: &mut Context<'_>) -> bool {
        false
    }
}

impl http_body::Body for Arriving {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = &mut *self;
        if this.is_stopped(cx) {
            return Poll::Ready(None);
        }
        // Small messages share a chunk of memory; it is given back when the last of them is.
        this.buffer.reserve(CHUNK / 2);
        Poll::Ready(match ready!(poll_read_buf(Pin::new(&mut this.read), cx, &mut this.buffer)) {
            Ok(0) => None,
            Ok(_) => Some(Ok(Frame::data(this.buffer.split().freeze()))),
            Err(error) => Some(Err(BodyError::lost(error))),
        })
    }
}
