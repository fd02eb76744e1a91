//! What a service leaves unread of a request is read and thrown away: a client that is still writing would see its
//! stream reset, or its connection closed, and never the answer.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// The most that is thrown away, in bytes. Behind it the client is cut off after all.
const MOST: usize = 16 << 20;

/// How long that may take.
const WITHIN: Duration = Duration::from_secs(5);

/// Where a body goes that is dropped before its end.
pub(super) struct Unread<B>(Arc<Mutex<Slot<B>>>);

struct Slot<B> {
    body: Option<B>,
    /// Its request was answered: what the service wanted of the body, it has.
    answered: bool,
    /// Who throws it away.
    waker: Option<Waker>,
}

impl<B> Clone for Unread<B> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<B> Default for Unread<B> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Slot { body: None, answered: false, waker: None })))
    }
}

impl<B> Unread<B> {
    /// What is to be thrown away, if anything is.
    pub(super) fn discard(&self) -> Option<Discard<B>> {
        self.slot().body.take().map(Discard::new)
    }

    /// What is to be thrown away now that the request is answered. It may be left behind later still, by whoever the
    /// service gave it to.
    pub(super) fn poll_discard(&self, cx: &mut Context<'_>) -> Poll<Discard<B>> {
        let mut slot = self.slot();
        if slot.answered
            && let Some(body) = slot.body.take()
        {
            return Poll::Ready(Discard::new(body));
        }
        if !slot.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            slot.waker = Some(cx.waker().clone());
        }
        Poll::Pending
    }

    /// Whether the request was answered.
    pub(super) fn set_answered(&self, answered: bool) {
        self.slot().answered = answered;
    }

    fn leave(&self, body: B) {
        let mut slot = self.slot();
        slot.body = Some(body);
        let waker = slot.waker.take();
        drop(slot);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn slot(&self) -> MutexGuard<'_, Slot<B>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body that is left behind when it is dropped early.
pub(super) struct Lent<B> {
    body: Option<B>,
    unread: Unread<B>,
}

impl<B> Lent<B> {
    pub(super) fn new(body: B, unread: Unread<B>) -> Self {
        Self { body: Some(body), unread }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Lent<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(body).poll_frame(cx));
        if !matches!(frame, Some(Ok(_))) {
            self.body = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(B::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), B::size_hint)
    }
}

impl<B> Drop for Lent<B> {
    fn drop(&mut self) {
        if let Some(body) = self.body.take() {
            self.unread.leave(body);
        }
    }
}

/// Reads to the end, or until there was too much, or it took too long.
pub(super) struct Discard<B> {
    body: B,
    left: usize,
    sleep: Pin<Box<Sleep>>,
}

impl<B> Discard<B> {
    fn new(body: B) -> Self {
        Self { body, left: MOST, sleep: Box::pin(sleep(WITHIN)) }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Future for Discard<B> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    let count = frame.data_ref().map_or(0, Bytes::len);
                    match self.left.checked_sub(count) {
                        Some(left) => self.left = left,
                        None => return Poll::Ready(()),
                    }
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return self.sleep.as_mut().poll(cx),
            }
        }
    }
}
