//! A stream whose items an async function sends, polled in the stream itself.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use pin_project_lite::pin_project;

/// Sends the items of a stream: see [`Streaming::produce`](super::Streaming::produce).
pub struct Producer<T>(Arc<Mutex<Slot<T>>>);

/// The item between the two, and who waits for it to come or go.
struct Slot<T> {
    item: Option<T>,
    reader: Option<Waker>,
    writers: Vec<Waker>,
}

impl<T> Producer<T> {
    /// Sends an item, once the reader has taken the one before. A reader that is gone drops the producer instead.
    pub async fn send(&self, item: T) {
        let mut item = Some(item);
        poll_fn(|cx| {
            let mut slot = lock(&self.0);
            if slot.item.is_some() {
                if !slot.writers.iter().any(|writer| writer.will_wake(cx.waker())) {
                    slot.writers.push(cx.waker().clone());
                }
                return Poll::Pending;
            }
            slot.item = item.take();
            let reader = slot.reader.take();
            drop(slot);
            if let Some(reader) = reader {
                reader.wake();
            }
            Poll::Ready(())
        })
        .await;
    }
}

impl<T> fmt::Debug for Producer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Producer")
    }
}

fn lock<T>(slot: &Mutex<Slot<T>>) -> MutexGuard<'_, Slot<T>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

pin_project! {
    /// The reader's side.
    pub(super) struct Produced<T, E, F> {
        slot: Arc<Mutex<Slot<T>>>,
        // None once it has returned.
        #[pin]
        producer: Option<F>,
        // How the producer failed, behind an item that was not yet read.
        failed: Option<E>,
    }
}

impl<T, E, F: Future<Output = Result<(), E>>> Produced<T, E, F> {
    /// The items that the future of `producer` sends.
    pub(super) fn new(producer: impl FnOnce(Producer<T>) -> F) -> Produced<T, E, F> {
        let slot = Arc::new(Mutex::new(Slot { item: None, reader: None, writers: Vec::new() }));
        Produced { producer: Some(producer(Producer(slot.clone()))), slot, failed: None }
    }
}

/// Takes the item; without one the reader waits to be woken.
fn take<T>(slot: &Mutex<Slot<T>>, cx: &Context<'_>) -> Option<T> {
    let mut slot = lock(slot);
    let item = slot.item.take();
    if item.is_none() {
        slot.reader = Some(cx.waker().clone());
        return None;
    }
    let writers = std::mem::take(&mut slot.writers);
    drop(slot);
    // The next poll of the stream polls the producer, which need not be woken for that.
    for writer in writers.into_iter().filter(|writer| !writer.will_wake(cx.waker())) {
        writer.wake();
    }
    item
}

impl<T, E, F: Future<Output = Result<(), E>>> Stream for Produced<T, E, F> {
    type Item = Result<T, E>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T, E>>> {
        let mut this = self.project();
        if let Some(producer) = this.producer.as_mut().as_pin_mut()
            && let Poll::Ready(result) = producer.poll(cx)
        {
            this.producer.set(None);
            *this.failed = result.err();
        }
        if let Some(item) = take(this.slot, cx) {
            return Poll::Ready(Some(Ok(item)));
        }
        match this.producer.is_some() {
            true => Poll::Pending,
            false => Poll::Ready(this.failed.take().map(Err)),
        }
    }
}
