//! A stream whose items come from elsewhere in the program.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::mpsc;

/// Sends the items of a stream: see [`Streaming::channel`](super::Streaming::channel). Clones send into the same one.
pub struct StreamSender<T, E>(mpsc::Sender<Result<T, E>>);

/// The reader of a stream is gone, and nobody gets what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

pub(super) struct Receiver<T, E>(mpsc::Receiver<Result<T, E>>);

pub(super) fn channel<T, E>(capacity: usize) -> (StreamSender<T, E>, Receiver<T, E>) {
    let (sender, receiver) = mpsc::channel(capacity.max(1));
    (StreamSender(sender), Receiver(receiver))
}

impl<T, E> StreamSender<T, E> {
    /// Sends an item, once there is room for it.
    ///
    /// # Errors
    ///
    /// [`Closed`] when the stream was dropped.
    pub async fn send(&self, item: T) -> Result<(), Closed> {
        self.0.send(Ok(item)).await.map_err(|_| Closed)
    }

    /// Ends the stream with an error, behind the items that were sent.
    ///
    /// # Errors
    ///
    /// [`Closed`] when the stream was dropped.
    pub async fn fail(self, error: E) -> Result<(), Closed> {
        self.0.send(Err(error)).await.map_err(|_| Closed)
    }

    /// Waits until the stream is dropped.
    pub async fn closed(&self) {
        self.0.closed().await;
    }
}

impl<T, E> Clone for StreamSender<T, E> {
    fn clone(&self) -> Self {
        StreamSender(self.0.clone())
    }
}

impl<T, E> fmt::Debug for StreamSender<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamSender").field("closed", &self.0.is_closed()).finish()
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the reader of the stream is gone")
    }
}

impl std::error::Error for Closed {}

impl<T, E> Stream for Receiver<T, E> {
    type Item = Result<T, E>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T, E>>> {
        self.0.poll_recv(cx)
    }
}
