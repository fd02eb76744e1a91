//! What a server watches over while a reply streams: the deadline, panics, and what must not be seen.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep, sleep_until};
use tracing::Span;

use super::invoke::{finished, panic_status};
use super::items::{Fill, Items, Sink};
use crate::metadata::ReplyParts;
use crate::status::Status;

/// The items of a reply. They are dropped, and with them the call, as soon as they end.
pub(super) struct Guarded {
    items: Option<Pin<Box<dyn Fill>>>,
    deadline: Option<Pin<Box<Sleep>>>,
    parts: Option<Box<ReplyParts>>,
    /// The failure behind items that are told of first.
    failed: Option<Status>,
    span: Span,
}

impl Guarded {
    pub(super) fn new(items: Items, deadline: Option<Instant>, span: Span) -> Guarded {
        let deadline = deadline.map(|at| Box::pin(sleep_until(at)));
        Guarded { items: Some(items.into_fill()), deadline, parts: None, failed: None, span }
    }

    fn poll_items(&mut self, cx: &mut Context<'_>, sink: &mut Sink<'_>) -> Poll<Result<bool, Status>> {
        if let Some(status) = self.failed.take() {
            return Poll::Ready(Err(status));
        }
        if self.deadline.as_mut().is_some_and(|deadline| deadline.as_mut().poll(cx).is_ready()) {
            return Poll::Ready(Err(Status::deadline_exceeded(
                "the deadline passed before the stream ended",
            )));
        }
        let Some(items) = &mut self.items else { return Poll::Ready(Ok(false)) };
        // Nothing of the items is used after a panic, but to drop them.
        match catch_unwind(AssertUnwindSafe(|| items.as_mut().poll_fill(cx, sink))) {
            Ok(polled) => polled,
            Err(panic) => {
                let status = panic_status(&*panic);
                if !sink.take_back() {
                    return Poll::Ready(Err(status));
                }
                self.items = None;
                self.failed = Some(status);
                Poll::Ready(Ok(true))
            }
        }
    }
}

impl Fill for Guarded {
    fn poll_fill(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        sink: &mut Sink<'_>,
    ) -> Poll<Result<bool, Status>> {
        let span = self.span.clone();
        let entered = (!span.is_disabled()).then(|| span.enter());
        let polled = self.poll_items(cx, sink).map_err(Status::leaving);
        drop(entered);
        if let Poll::Ready(Ok(false) | Err(_)) = &polled {
            let items = self.items.take();
            self.parts = items.and_then(|mut items| items.as_mut().take_parts());
        }
        polled.map(|result| match result {
            Ok(true) => Ok(true),
            Ok(false) => {
                finished(&span, Ok(()));
                Ok(false)
            }
            Err(status) => {
                finished(&span, Err(&status));
                Err(match self.parts.take() {
                    Some(parts) => status.with_reply(*parts),
                    None => status,
                })
            }
        })
    }

    fn take_parts(mut self: Pin<&mut Self>) -> Option<Box<ReplyParts>> {
        self.parts.take()
    }
}
