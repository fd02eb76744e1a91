//! The byte stream under an engine: counts what moves, and lets nobody read for ever.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::stream::Socket;

/// Bytes read before the reader must let others run: an engine that reads until the socket is empty would let one
/// peer's burst of tiny frames pile up before the first of them is looked at.
const READ_TURN: usize = 64 * 1024;

/// What moved on a connection. Counters only, so their order among each other does not matter.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    received: AtomicU64,
    sent: AtomicU64,
    /// A write waits for the peer to read.
    blocked: AtomicBool,
}

impl Traffic {
    fn wrote(&self, polled: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(count)) = &polled {
            self.sent.fetch_add(*count as u64, Ordering::Relaxed);
        }
        self.blocked.store(polled.is_pending(), Ordering::Relaxed);
        polled
    }
}

impl Traffic {
    /// Bytes that came in so far.
    pub(super) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }
}

/// What a server asks, to see connections that hang.
#[cfg(feature = "server")]
impl Traffic {
    /// Bytes that went out so far.
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Whether a write waits for the peer to read.
    pub(super) fn is_blocked(&self) -> bool {
        self.blocked.load(Ordering::Relaxed)
    }
}

/// A socket with what was read from it ahead.
#[derive(Debug)]
pub(super) struct Io {
    socket: Socket,
    ahead: Bytes,
    traffic: Arc<Traffic>,
    turn: usize,
    #[cfg(feature = "server")]
    authority: Option<super::server::Authority>,
}

impl Io {
    pub(super) fn new(socket: Socket, ahead: Bytes, traffic: Arc<Traffic>) -> Self {
        traffic.received.fetch_add(ahead.len() as u64, Ordering::Relaxed);
        Self {
            socket,
            ahead,
            traffic,
            turn: 0,
            #[cfg(feature = "server")]
            authority: None,
        }
    }

    /// The same stream, with bytes that had been taken from it put back.
    pub(super) fn after(mut self, taken: Bytes) -> Self {
        self.ahead = match self.ahead.is_empty() {
            true => taken,
            false => [&*taken, &*self.ahead].concat().into(),
        };
        self
    }

    /// Mends what comes in as `authority` does.
    #[cfg(feature = "server")]
    pub(super) fn mending(mut self, authority: super::server::Authority) -> Self {
        self.authority = Some(authority);
        self
    }

    /// Bytes that have just come in.
    fn came(&mut self, _bytes: &mut [u8]) {
        #[cfg(feature = "server")]
        if let Some(authority) = &mut self.authority {
            authority.mend(_bytes);
        }
    }
}

impl AsyncRead for Io {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        if !self.ahead.is_empty() {
            let count = self.ahead.len().min(buf.remaining());
            buf.put_slice(&self.ahead[..count]);
            self.ahead.advance(count);
            self.came(&mut buf.filled_mut()[before..]);
            return Poll::Ready(Ok(()));
        }
        if self.turn >= READ_TURN {
            self.turn = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let Poll::Ready(done) = Pin::new(&mut self.socket).poll_read(cx, buf) else {
            self.turn = 0;
            return Poll::Pending;
        };
        let count = buf.filled().len() - before;
        self.came(&mut buf.filled_mut()[before..]);
        self.turn += count;
        self.traffic.received.fetch_add(count as u64, Ordering::Relaxed);
        Poll::Ready(done)
    }
}

impl AsyncWrite for Io {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.traffic.wrote(polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.socket).poll_write_vectored(cx, bytes);
        self.traffic.wrote(polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

/// Reads what is there into `buffer`, at most up to its capacity: the number of bytes, 0 at the end of the stream.
#[cfg(feature = "server")]
pub(super) async fn read_some(socket: &mut Socket, buffer: &mut Vec<u8>) -> io::Result<usize> {
    std::future::poll_fn(|cx| {
        let mut chunk = [0; 1024];
        let mut read = ReadBuf::new(&mut chunk);
        std::task::ready!(Pin::new(&mut *socket).poll_read(cx, &mut read))?;
        buffer.extend_from_slice(read.filled());
        Poll::Ready(Ok(read.filled().len()))
    })
    .await
}
