//! A connection as two bodies that run at once, for both ends.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::{Body as _, Frame};
use tokio::io::{AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::time::timeout;
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

/// Writes a body as it comes, and ends the stream behind it. The body is polled while it is written too: it may be what
/// reads the other direction. One that can be written no more goes on for as long as `patience`.
pub(super) async fn say(mut write: WriteHalf<Io>, mut body: Body, patience: Duration) {
    let mut ahead = None;
    loop {
        let frame = match ahead.take() {
            Some(frame) => frame,
            None => poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await,
        };
        let Some(Ok(frame)) = frame else { break };
        let Ok(data) = frame.into_data() else { continue };
        let mut writing = pin!(async {
            write.write_all(&data).await?;
            write.flush().await
        });
        let written = poll_fn(|cx| {
            let polled = writing.as_mut().poll(cx);
            if polled.is_pending()
                && ahead.is_none()
                && let Poll::Ready(frame) = Pin::new(&mut body).poll_frame(cx)
            {
                ahead = Some(frame);
            }
            polled
        });
        if written.await.is_err() {
            let rest =
                async { while let Some(Ok(_)) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {} };
            // It ends now or later.
            let _ = timeout(patience, rest).await;
            return;
        }
    }
    // A peer that is gone needs no end.
    let _ = write.shutdown().await;
}

impl Arriving {
    /// It is given up when the listener stops, so that what runs can end.
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
            return Poll::Ready(Some(Err(BodyError::stopped())));
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
