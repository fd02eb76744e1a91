//! A cursor while a call reads it.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

use super::table::{Cursors, OpenStream};
use crate::dispatch::{FILL, ItemFraming, Sink};
use crate::metadata::ReplyParts;
use crate::status::Status;

/// A stream that is read. It goes back when this is dropped, unless it has ended.
pub(super) struct Lease {
    cursors: Cursors,
    id: String,
    stream: Option<OpenStream>,
    closed: oneshot::Receiver<()>,
}

/// Items are values without anything between them.
struct Values;

impl ItemFraming for Values {
    fn open(&mut self, _: &mut Vec<u8>) {}

    fn close(&mut self, _: &mut Vec<u8>, _: usize) -> Result<(), Status> {
        Ok(())
    }
}

impl Lease {
    pub(super) fn new(
        cursors: Cursors,
        id: String,
        stream: OpenStream,
        closed: oneshot::Receiver<()>,
    ) -> Lease {
        Lease { cursors, id, stream: Some(stream), closed }
    }

    /// Appends at most `max` items, as soon as there is one, and what more is ready, up to [`FILL`] bytes. True at the
    /// end of the stream; with neither by `deadline`, false.
    ///
    /// # Errors
    ///
    /// What ended the stream, once all items were told of; `CANCELLED` when it is closed meanwhile.
    pub(super) async fn read(
        &mut self,
        out: &mut Vec<u8>,
        max: usize,
        deadline: Option<Instant>,
    ) -> Result<bool, Status> {
        let mut sleep = pin!(deadline.map(sleep_until));
        // Whoever runs the call looks at the same deadline, right after this does.
        let mut is_late = move |cx: &mut Context<'_>| {
            sleep.as_mut().as_pin_mut().is_some_and(|sleep| sleep.poll(cx).is_ready())
                || deadline.is_some_and(|deadline| deadline <= Instant::now())
        };
        let until = out.len() + FILL;
        let ended = poll_fn(|cx| {
            if Pin::new(&mut self.closed).poll(cx).is_ready() {
                return Poll::Ready(Err(Status::cancelled("the stream was closed")));
            }
            match self.poll_read(cx, &mut Sink::new(out, &mut Values, until).at_most(max)) {
                Poll::Pending if is_late(cx) => Poll::Ready(Ok(false)),
                polled => polled,
            }
        })
        .await;
        if !matches!(ended, Ok(false)) {
            self.cursors.remove(&self.id);
        }
        ended
    }

    fn poll_read(&mut self, cx: &mut Context<'_>, sink: &mut Sink<'_>) -> Poll<Result<bool, Status>> {
        let Some(stream) = &mut self.stream else { return Poll::Ready(Ok(true)) };
        if let Some(status) = stream.failed.take() {
            return Poll::Ready(Err(status));
        }
        let Some(items) = &mut stream.items else { return Poll::Ready(Ok(true)) };
        let mut polled = ready!(items.as_mut().poll_fill(cx, sink));
        let told = matches!(polled, Ok(true));
        while matches!(polled, Ok(true)) && !sink.is_full() {
            match items.as_mut().poll_fill(cx, sink) {
                Poll::Ready(more) => polled = more,
                Poll::Pending => break,
            }
        }
        Poll::Ready(match polled {
            Ok(more) => Ok(!more),
            Err(status) if told => {
                (stream.items, stream.deadline, stream.failed) = (None, None, Some(status));
                Ok(false)
            }
            Err(status) => Err(status),
        })
    }

    /// What goes behind the last item.
    pub(super) fn take_parts(&mut self) -> ReplyParts {
        let Some(mut stream) = self.stream.take() else { return ReplyParts::default() };
        let late = stream.items.as_mut().and_then(|items| items.as_mut().take_parts());
        let mut parts = ReplyParts { trailers: stream.trailers, ..ReplyParts::default() };
        if let Some(late) = late {
            parts.add(*late);
        }
        parts
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(stream) = self.stream.take() {
            self.cursors.put(&self.id, stream);
        }
    }
}
