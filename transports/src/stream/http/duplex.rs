//! A connection as two bodies that run at once, for both ends.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::{Body as _, Frame};
use tokio::io::{AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio_util::io::poll_read_buf;

use super::io::Io;
#[cfg(feature = "server")]
use crate::server::Stop;
use crate::{Body, BodyError};

/// Bytes that are read at once.
const CHUNK: usize = 16 << 10;

/// What arrives on a connection, until its end.
pub(super) struct Arriving {
    read: ReadHalf<Io>,
    buffer: BytesMut,
    #[cfg(feature = "server")]
    stop: Option<Stop>,
}

/// The two directions of a connection.
pub(super) fn open(io: Io) -> (Arriving, WriteHalf<Io>) {
    let (read, write) = split(io);
    let arriving = Arriving {
        read,
        buffer: BytesMut::new(),
        #[cfg(feature = "server")]
        stop: None,
    };
    (arriving, write)
}

/// Writes a body as it comes, and ends the stream behind it.
pub(super) async fn say(mut write: WriteHalf<Io>, mut body: Body) {
    while let Some(Ok(frame)) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let Ok(data) = frame.into_data() else { continue };
        if write.write_all(&data).await.is_err() || write.flush().await.is_err() {
            return;
        }
    }
    // A peer that is gone needs no end.
    let _ = write.shutdown().await;
}

impl Arriving {
    /// It ends too when the listener stops, so that what runs can end.
    #[cfg(feature = "server")]
    pub(super) fn until(mut self, stop: Stop) -> Self {
        self.stop = Some(stop);
        self
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
