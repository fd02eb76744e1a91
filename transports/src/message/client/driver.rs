//! What drives a client's link: takes in what comes, and writes what callers leave.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::response;
use tokio::time::{Instant, Sleep, sleep};

use crate::message::layer::{Code, Reset};
use crate::message::link::Link;
use crate::message::transport::{Inbox, Outbox};

/// How often it is looked whether the server is there, while calls are open.
const LOOK: Duration = Duration::from_millis(500);

/// Runs a link until it takes no more calls and has none.
pub(super) fn drive<O: Outbox>(
    link: Arc<Link<response::Parts, O>>,
    inbox: impl Inbox,
) -> impl Future<Output = ()> {
    let mut driver = Driver { end: EndOnDrop(link), inbox, watch: None, leaving: None, waited: false };
    poll_fn(move |cx| driver.poll(cx))
}

struct Driver<I, O: Outbox> {
    end: EndOnDrop<O>,
    inbox: I,
    /// Runs while calls are open, and a little longer.
    watch: Option<Pin<Box<Sleep>>>,
    /// Runs while the server is told that this is the end.
    leaving: Option<Pin<Box<Sleep>>>,
    /// Others had their turn before what there is to write is written.
    waited: bool,
}

/// Whoever drops the driver, as a runtime does at its end, ends the calls.
struct EndOnDrop<O: Outbox>(Arc<Link<response::Parts, O>>);

impl<O: Outbox> Drop for EndOnDrop<O> {
    fn drop(&mut self) {
        self.0.abandon(&Reset::new(Code::Lost, "the client has ended"));
    }
}

impl<I: Inbox, O: Outbox> Driver<I, O> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let link = &self.end.0;
        link.driven_by(cx.waker());
        while let Poll::Ready(received) = self.inbox.poll_receive(cx) {
            match received {
                // There is no other link for what comes to one that is over.
                Ok((message, priority)) => drop(link.receive(message, priority)),
                Err(error) => {
                    link.gone(&Reset::new(Code::Lost, format!("nothing can be received: {error}")));
                    return Poll::Ready(());
                }
            }
        }
        if link.has_to_write() {
            // Callers that were woken together write together, if they have their turn first.
            self.waited = !self.waited;
            if self.waited {
                cx.waker().wake_by_ref();
            } else {
                link.flush();
            }
        }
        self.watch(cx);
        self.poll_end(cx)
    }

    /// Ready when there is nothing to do any more. Before, the server is told, so that it does not keep what it has of this
    /// client until it looks; it looks so soon that waiting longer for room is of no use.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let link = &self.end.0;
        let leaving = match &mut self.leaving {
            Some(leaving) => leaving,
            None if !link.is_over() => return Poll::Pending,
            None if !link.say_leave() => return Poll::Ready(()),
            none => {
                self.inbox.close();
                none.insert(Box::pin(sleep(LOOK)))
            }
        };
        if link.end_if_idle() { Poll::Ready(()) } else { leaving.as_mut().poll(cx) }
    }

    /// Looks at both ends, now and then.
    fn watch(&mut self, cx: &mut Context<'_>) {
        let link = &self.end.0;
        if !link.is_watched() {
            return;
        }
        let watch = self.watch.get_or_insert_with(|| Box::pin(sleep(LOOK)));
        while watch.as_mut().poll(cx).is_ready() {
            if link.cease_if_idle() {
                self.watch = None;
                return;
            }
            watch.set(sleep(LOOK));
            link.tick(Instant::now());
            let (lost, abandoned) = link.look(|outbox| (outbox.is_lost(), outbox.is_abandoned()));
            if abandoned {
                link.gone(&Reset::new(Code::Lost, "the server is gone"));
            } else if self.inbox.is_lost() {
                link.gone(&Reset::new(Code::Lost, "the queue for replies was removed"));
            } else if lost {
                link.retire();
            }
        }
    }
}
