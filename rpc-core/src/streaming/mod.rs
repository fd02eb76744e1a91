//! Streams of messages, as arguments and as results of methods.

mod channel;
mod produce;

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::metadata::Metadata;
use crate::status::Status;
pub use channel::{Closed, StreamSender};
use produce::Produced;
pub use produce::Producer;

/// A stream of messages, each a `T`, that may end with an `E`.
///
/// As a method's result it streams to the caller, as an argument from the caller. The reader pulls: a stream whose
/// reader is slow is not polled, so that nothing piles up between the two. It ends with its first error; dropping it
/// cancels whatever produces it, here or at the other end.
///
/// It is read by [`message`](Self::message), or as a [`Stream`].
///
/// ```
/// use polyrpc_core::Streaming;
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), polyrpc_core::Status> {
/// let mut numbers: Streaming<u64> = Streaming::produce(async |out| {
///     for n in 0..3 {
///         out.send(n).await;
///     }
///     Ok(())
/// });
/// let mut sum = 0;
/// while let Some(n) = numbers.message().await? {
///     sum += n;
/// }
/// assert_eq!(sum, 3);
/// # Ok(()) }
/// ```
pub struct Streaming<T, E = Status> {
    /// None once it has ended.
    items: Option<Items<T, E>>,
    trailers: Option<Trailers>,
}

type Items<T, E> = Pin<Box<dyn Stream<Item = Result<T, E>> + Send>>;

/// What comes behind the last item.
pub(crate) type Trailers = Arc<OnceLock<Metadata>>;

impl<T, E> Streaming<T, E> {
    /// The items of any stream.
    pub fn new(stream: impl Stream<Item = Result<T, E>> + Send + 'static) -> Streaming<T, E> {
        Streaming { items: Some(Box::pin(stream)), trailers: None }
    }

    /// The items of an iterator, which must not block.
    ///
    /// ```
    /// # use polyrpc_core::Streaming;
    /// let squares: Streaming<u64> = Streaming::from_items((0..10).map(|n| n * n));
    /// # drop(squares);
    /// ```
    pub fn from_items<I>(items: I) -> Streaming<T, E>
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + 'static,
    {
        let mut items = items.into_iter();
        Streaming::new(futures_util::stream::poll_fn(move |_| Poll::Ready(items.next().map(Ok))))
    }

    /// The items that an async function sends. It runs while the stream is read, and is dropped with it: no task is
    /// spawned. What it returns ends the stream.
    pub fn produce<F, Fut>(producer: F) -> Streaming<T, E>
    where
        F: FnOnce(Producer<T>) -> Fut,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        Streaming::new(Produced::new(producer))
    }

    /// A stream and its sender, between which at most `capacity` items wait (at least one).
    ///
    /// The stream ends when the last sender is dropped.
    pub fn channel(capacity: usize) -> (StreamSender<T, E>, Streaming<T, E>)
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        let (sender, receiver) = channel::channel(capacity);
        (sender, Streaming::new(receiver))
    }

    /// A stream that came from elsewhere, and brings trailers.
    pub(crate) fn received(
        stream: impl Stream<Item = Result<T, E>> + Send + 'static,
        trailers: Trailers,
    ) -> Streaming<T, E> {
        Streaming { trailers: Some(trailers), ..Streaming::new(stream) }
    }

    /// The next item; none at the end.
    ///
    /// # Errors
    ///
    /// What ended the stream early, after all items that came before it.
    pub async fn message(&mut self) -> Result<Option<T>, E> {
        poll_fn(|cx| self.poll_item(cx)).await.transpose()
    }

    /// The trailers that the reply had behind its last item; none before the stream has ended, and in a stream that did
    /// not come from elsewhere.
    pub fn trailers(&self) -> Option<&Metadata> {
        self.trailers.as_ref()?.get()
    }

    fn poll_item(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, E>>> {
        let Some(items) = &mut self.items else { return Poll::Ready(None) };
        let item = ready!(items.as_mut().poll_next(cx));
        if !matches!(item, Some(Ok(_))) {
            self.items = None;
        }
        Poll::Ready(item)
    }
}

impl<T, E> Stream for Streaming<T, E> {
    type Item = Result<T, E>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T, E>>> {
        self.poll_item(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.items.as_ref().map_or((0, Some(0)), |items| items.size_hint())
    }
}

impl<T, E> fmt::Debug for Streaming<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streaming").field("ended", &self.items.is_none()).finish_non_exhaustive()
    }
}
