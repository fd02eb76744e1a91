//! A connection as two bodies that run at once, for both ends.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use http_body::{Body as _, Frame};
use tokio::io::{AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::task::yield_now;
use tokio::time::{Instant, timeout};
use tokio_util::io::poll_read_buf;

use super::io::Io;
#[cfg(feature = "server")]
use crate::server::Stop;
use crate::{Body, BodyError};

/// Bytes that are read at once.
const CHUNK: usize = 16 << 10;

/// A peer that takes nothing for so long may be one that does not read.
const STUCK: Duration = Duration::from_secs(1);

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

/// How long what is said waits for its peer.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// How long a body goes on that can be written no more: it may be about to read why.
    patience: Duration,
    /// How long a peer may take nothing.
    stuck: Option<Duration>,
}

impl Limits {
    /// Those who call have deadlines of their own.
    #[cfg(feature = "client")]
    pub(super) fn of_client() -> Self {
        Self { patience: Duration::from_secs(1), stuck: None }
    }

    #[cfg(feature = "server")]
    pub(super) fn of_server(stuck: Duration) -> Self {
        Self { patience: Duration::ZERO, stuck: Some(stuck) }
    }
}

/// Writes a body as it comes, and ends the stream behind it. The body is polled while it is written too: it may be what
/// reads the other direction. The rest is given up when the peer takes nothing for too long, or takes nothing and the
/// body says that it is over for all that anybody cares.
pub(super) async fn say(mut write: WriteHalf<Io>, body: Body, limits: Limits) {
    let mut saying = Saying { body, ahead: None, stuck: limits.stuck };
    while let Some(Ok(frame)) = saying.next().await {
        let Ok(data) = frame.into_data() else { continue };
        match saying.write(&mut write, data).await {
            Some(Ok(())) => {}
            Some(Err(_)) => {
                // It ends now or later.
                let _ = timeout(limits.patience, saying.rest()).await;
                return;
            }
            None => return,
        }
    }
    // A peer that is gone needs no end.
    let _ = write.shutdown().await;
}

type NextFrame = Option<Result<Frame<Bytes>, BodyError>>;

/// A body that is written.
struct Saying {
    body: Body,
    /// What it gave while the piece before was written.
    ahead: Option<NextFrame>,
    stuck: Option<Duration>,
}

impl Saying {
    async fn next(&mut self) -> NextFrame {
        match self.ahead.take() {
            Some(frame) => frame,
            None => poll_fn(|cx| Pin::new(&mut self.body).poll_frame(cx)).await,
        }
    }

    /// What nobody reads any more. It may always be ready, and still lets others have their turn, and time pass.
    async fn rest(&mut self) {
        while let Some(Ok(_)) = self.next().await {
            yield_now().await;
        }
    }

    /// Writes a piece; `None` if nobody cares for it any more.
    async fn write(&mut self, write: &mut WriteHalf<Io>, mut data: Bytes) -> Option<io::Result<()>> {
        while data.has_remaining() {
            match self.beside(write.write_buf(&mut data)).await? {
                Ok(0) => return Some(Err(io::ErrorKind::WriteZero.into())),
                Ok(_) => {}
                Err(error) => return Some(Err(error)),
            }
        }
        self.beside(write.flush()).await
    }

    /// Polls the body beside something that is written.
    async fn beside<T>(&mut self, writing: impl Future<Output = io::Result<T>>) -> Option<io::Result<T>> {
        let mut writing = pin!(writing);
        let began = Instant::now();
        loop {
            let written = poll_fn(|cx| {
                let polled = writing.as_mut().poll(cx);
                if polled.is_pending()
                    && self.ahead.is_none()
                    && let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx)
                {
                    self.ahead = Some(frame);
                }
                polled
            });
            match timeout(STUCK, written).await {
                Ok(written) => return Some(written),
                Err(_) if self.body.is_end_stream() => return None,
                Err(_) if self.stuck.is_some_and(|stuck| began.elapsed() >= stuck) => return None,
                Err(_) => {}
            }
        }
    }
}

impl Arriving {
    /// When the listener stops it says so, once, and goes on: what runs may need it to come to its end.
    #[cfg(feature = "server")]
    pub(super) fn until(mut self, stop: Stop) -> Self {
        self.stop = Some(stop);
        self
    }

    #[cfg(feature = "server")]
    fn stops(&mut self, cx: &mut Context<'_>) -> bool {
        let stops = self.stop.as_mut().is_some_and(|stop| stop.poll(cx).is_ready());
        if stops {
            self.stop = None;
        }
        stops
    }

    #[cfg(not(feature = "server"))]
    fn stops(&mut self, _: &mut Context<'_>) -> bool {
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
        if this.stops(cx) {
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
