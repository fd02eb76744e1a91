//! The calls of one client, which run in one task.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{StatusCode, request};
use tokio::time::{Instant, Sleep, sleep};

use super::exchange::Exchange;
use crate::ServerConfig;
use crate::message::layer::{Code, Reset};
use crate::message::link::{Arrival, Link, Outgoing};
use crate::message::transport::Outbox;
use crate::server::{Handler, Stop, Tasks, answer, poll_rounds};

/// How often it is looked whether the client is there: one that died is seen within that time.
const LOOK: Duration = Duration::from_millis(500);

/// Runs a client's calls until it is gone, or the listener stops. One may be idle for as long as it lives: who else would
/// remove its queue when it dies?
pub(super) async fn serve<O: Outbox, S: Handler>(
    link: Arc<Link<request::Parts, O>>,
    service: S,
    config: Arc<ServerConfig>,
    mut stop: Stop,
) {
    let mut client = Client {
        end: EndOnDrop(link),
        service,
        calls: Tasks::new(),
        arrived: Vec::new(),
        watch: Watch { look: Box::pin(sleep(LOOK)), written: 0, moved: Instant::now() },
        config,
    };
    let mut stopped = false;
    poll_fn(|cx| {
        if !stopped && stop.poll(cx).is_ready() {
            stopped = true;
            client.end.0.retire();
        }
        client.poll(cx)
    })
    .await;
}

struct Client<O: Outbox, S: Handler> {
    end: EndOnDrop<O>,
    service: S,
    calls: Tasks<Exchange<O, S>>,
    arrived: Vec<Arrival>,
    watch: Watch,
    config: Arc<ServerConfig>,
}

/// What is looked at now and then.
struct Watch {
    look: Pin<Box<Sleep>>,
    /// How much was written, and when that last was more, or enough.
    written: u64,
    moved: Instant,
}

/// Whoever drops the task, as a listener does at its end, ends the calls.
struct EndOnDrop<O: Outbox>(Arc<Link<request::Parts, O>>);

impl<O: Outbox> Drop for EndOnDrop<O> {
    fn drop(&mut self) {
        self.0.abandon(&Reset::new(Code::Lost, "the server has ended"));
        // If the client has died, nobody else would remove what it left.
        self.0.look(Outbox::remove);
    }
}

impl<O: Outbox, S: Handler> Client<O, S> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Self { end: EndOnDrop(link), service, calls, arrived, config, .. } = self;
        link.driven_by(&calls.feeder());
        let polled = poll_rounds(calls, cx, |calls| {
            link.take_arrived(arrived);
            for arrival in arrived.drain(..) {
                match arrival {
                    Arrival::Head(number) => {
                        if let Some(head) = link.take_head(number) {
                            calls.push(Exchange::new(link.clone(), number, head, service.clone(), config));
                        }
                    }
                    Arrival::TooLarge(number) => refuse_head(link, number),
                }
            }
            Poll::Pending
        });
        link.flush();
        if polled.is_ready() || link.is_over() && calls.running() == 0 {
            return Poll::Ready(());
        }
        self.poll_watch(cx)
    }

    /// Looks at the client. Ready when there is nothing to serve any more.
    fn poll_watch(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Self { end: EndOnDrop(link), watch, config, .. } = self;
        while watch.look.as_mut().poll(cx).is_ready() {
            watch.look.set(sleep(LOOK));
            let now = Instant::now();
            link.tick(now);
            if link.look(Outbox::is_abandoned) {
                link.gone(&Reset::new(Code::Lost, "the client is gone"));
                return Poll::Ready(());
            }
            let (written, waits) = link.progress(config.unsent);
            if !waits || written > watch.written {
                (watch.written, watch.moved) = (written, now);
            } else if now - watch.moved > config.idle {
                link.gone(&Reset::new(Code::Lost, "the client takes nothing"));
                return Poll::Ready(());
            }
            if let Some(since) = now.checked_sub(config.head_timeout) {
                link.give_up_headless(since);
            }
        }
        Poll::Pending
    }
}

/// Answers a request whose head is larger than is taken.
fn refuse_head<O: Outbox>(link: &Link<request::Parts, O>, number: u64) {
    let text = "the head of the request is larger than is taken";
    let (head, body) = answer(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, text).into_parts();
    if let Some(((data, end), _)) = Outgoing::response(&head, body) {
        link.send(number, data, end);
    }
}
