//! What a client watches over while a reply streams: its deadline, and the handler that reads it.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, Sleep, sleep_until};

use super::call::{caller_cancelled, is_late};
use crate::context::OutgoingCall;
use crate::dispatch::{Items, Pull};
use crate::metadata::{Metadata, ReplyParts};
use crate::status::Status;

/// A call's place under the limit of its channel.
pub(super) type Permit = Option<OwnedSemaphorePermit>;

/// The items of a reply. They are dropped, and with them the call, as soon as they end.
pub(super) struct Supervised {
    items: Option<(Pin<Box<dyn Pull>>, Permit)>,
    deadline: Option<Pin<Box<Sleep>>>,
    /// The deadline knows whom to wake, so that while items are ready a look at it does.
    is_watched: bool,
    parent: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    /// Trailers that were there before the first item.
    trailers: Metadata,
    parts: Option<Box<ReplyParts>>,
}

impl Supervised {
    pub(super) fn new(
        items: Items,
        trailers: Metadata,
        outgoing: &OutgoingCall,
        permit: Permit,
    ) -> Supervised {
        Supervised {
            items: Some((items.into_pull(), permit)),
            deadline: outgoing.deadline.map(|at| Box::pin(sleep_until(at))),
            is_watched: false,
            parent: outgoing.cancelled_with_parent().map(|cancelled| Box::pin(cancelled) as _),
            trailers,
            parts: None,
        }
    }

    /// What came behind the last item, and the trailers that were there before.
    fn last_parts(&mut self) -> Option<Box<ReplyParts>> {
        let items = self.items.take();
        let mut parts = items.and_then(|(mut pull, _)| pull.as_mut().take_parts());
        if !self.trailers.is_empty() {
            let later = &mut parts.get_or_insert_default().trailers;
            self.trailers.extend(later);
            *later = std::mem::take(&mut self.trailers);
        }
        parts
    }

    /// Why the call is over, whatever its items are.
    fn over(&mut self, cx: &mut Context<'_>) -> Option<Status> {
        let is_watched = std::mem::replace(&mut self.is_watched, true);
        let is_late = self.deadline.as_mut().is_some_and(|deadline| match is_watched {
            true => deadline.is_elapsed(),
            false => deadline.as_mut().poll(cx).is_ready(),
        });
        if is_late {
            return Some(late());
        }
        let parent = self.parent.as_mut();
        parent.is_some_and(|parent| parent.as_mut().poll(cx).is_ready()).then(caller_cancelled)
    }

    /// What `next` makes of the items.
    fn poll<T: Default>(
        &mut self,
        cx: &mut Context<'_>,
        next: impl FnOnce(Pin<&mut dyn Pull>, &mut Context<'_>) -> Poll<Result<T, Status>>,
        is_end: fn(&T) -> bool,
    ) -> Poll<Result<T, Status>> {
        let over = if self.items.is_some() { self.over(cx) } else { None };
        // It is not taken apart on its way out: a move of what has just been written costs as much as all else here.
        let mut polled = match (over, &mut self.items) {
            (None, Some((pull, _))) => next(pull.as_mut(), cx),
            (Some(status), _) => Poll::Ready(Err(status)),
            (None, None) => Poll::Ready(Ok(T::default())),
        };
        if polled.is_pending() {
            // Another task may read it now.
            self.is_watched = false;
            polled = self.over(cx).map_or(Poll::Pending, |status| Poll::Ready(Err(status)));
        }
        let ended = match &polled {
            Poll::Pending => false,
            Poll::Ready(Ok(item)) => is_end(item),
            Poll::Ready(Err(_)) => true,
        };
        if ended {
            polled = polled.map(|outcome| self.end(outcome.map(drop)).map(|()| T::default()));
        }
        polled
    }

    /// Ends the items, and says how they ended.
    fn end(&mut self, outcome: Result<(), Status>) -> Result<(), Status> {
        self.parent = None;
        self.parts = self.last_parts();
        outcome.map_err(|mut status| {
            let at = self.deadline.as_ref().map(|sleep| sleep.deadline());
            if at.is_some_and(|at: Instant| is_late(&status, at)) {
                let reply = status.take_reply();
                status = late();
                if let Some(parts) = reply {
                    status = status.with_reply(*parts);
                }
            }
            status.received()
        })
    }
}

impl Pull for Supervised {
    fn poll_item(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Status>> {
        self.poll(cx, |pull, cx| pull.poll_item(cx), Option::is_none)
    }

    fn poll_shown(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        show: &mut dyn FnMut(&[u8]),
    ) -> Poll<Result<bool, Status>> {
        self.poll(cx, |pull, cx| pull.poll_shown(cx, show), |shown| !shown)
    }

    fn take_parts(mut self: Pin<&mut Self>) -> Option<Box<ReplyParts>> {
        self.parts.take()
    }
}

fn late() -> Status {
    Status::deadline_exceeded("the deadline passed before the stream ended")
}
