//! One call at the server: its handler, and then its reply.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{Method, Request, request};
use http_body::Frame;
use pin_project_lite::pin_project;

use crate::message::layer::{Code, Reset};
use crate::message::link::{Link, Outgoing};
use crate::message::transport::Outbox;
use crate::server::{Call, Handler, head_only};
use crate::stall::Stall;
use crate::{Body, BodyError, ServerConfig};

/// Pieces of a reply that are put in before others have their turn.
const TURN: usize = 32;

pin_project! {
    /// A call whose head has come.
    pub(super) struct Exchange<O, S> where O: Outbox, S: Handler {
        on: On<O>,
        // The answer to HEAD is a head alone.
        is_bodiless: bool,
        unsent: usize,
        #[pin]
        state: State<S>,
    }
}

pin_project! {
    #[project = StateProject]
    enum State<S> where S: Handler {
        Calling { #[pin] call: Call<S> },
        Sending { rest: Outgoing },
        Ended,
    }
}

/// The call on its link. Dropping it forgets the call.
struct On<O: Outbox> {
    link: Arc<Link<request::Parts, O>>,
    number: u64,
    /// All of the reply was put in.
    is_done: bool,
}

impl<O: Outbox> Drop for On<O> {
    fn drop(&mut self) {
        if self.is_done {
            self.link.done(self.number);
        } else {
            self.link.end(self.number, Reset::new(Code::Failed, "the handler has ended without an answer"));
        }
    }
}

impl<O: Outbox, S: Handler> Exchange<O, S> {
    /// Runs a call whose head is `head`; `body` if all of it has come.
    pub(super) fn new(
        link: Arc<Link<request::Parts, O>>,
        number: u64,
        (head, body): (request::Parts, Option<Body>),
        service: S,
        config: &ServerConfig,
    ) -> Self {
        let body = body.unwrap_or_else(|| {
            let (link, stall) = (link.clone(), Stall::after(config.stalled_body));
            Body::Stream(Box::pin(RequestBody { link, number, stall }))
        });
        let is_bodiless = head.method == Method::HEAD;
        let call = Call::new(service, Request::from_parts(head, body));
        let on = On { link, number, is_done: false };
        Self { on, is_bodiless, unsent: config.unsent, state: State::Calling { call } }
    }

    fn poll_exchange(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        let On { link, number, is_done } = this.on;
        // Dropping the call is how the handler learns that its caller is gone.
        if link.poll_failed(*number, cx).is_ready() {
            *is_done = true;
            return Poll::Ready(());
        }
        if let StateProject::Calling { call } = this.state.as_mut().project() {
            ready!(link.poll_unsent(*this.unsent));
            let mut response = ready!(call.poll(cx));
            if *this.is_bodiless {
                head_only(&mut response);
            }
            let (head, body) = response.into_parts();
            let Some(((data, end), rest)) = Outgoing::response(&head, body) else {
                // No final status: the end of the exchange says that it failed.
                return Poll::Ready(());
            };
            link.send(*number, data, end);
            *is_done = end;
            this.state.set(if end { State::Ended } else { State::Sending { rest } });
        }
        let StateProject::Sending { rest } = this.state.project() else { return Poll::Ready(()) };
        for _ in 0..TURN {
            ready!(link.poll_unsent(*this.unsent));
            if !ready!(link.poll_room(*number, cx)) {
                return Poll::Ready(());
            }
            match ready!(rest.poll_piece(cx)) {
                Ok((data, end)) => {
                    link.send(*number, data, end);
                    *is_done = end;
                    if end {
                        return Poll::Ready(());
                    }
                }
                Err(error) => {
                    link.end(*number, Reset::new(Code::Failed, error.to_string()));
                    return Poll::Ready(());
                }
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl<O: Outbox, S: Handler> Future for Exchange<O, S> {
    type Output = ();

    /// A reply that panics costs its own call: the client's others run in the same task.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let polled = catch_unwind(AssertUnwindSafe(|| self.as_mut().poll_exchange(cx)));
        polled.unwrap_or(Poll::Ready(()))
    }
}

/// The body of a request that comes over time.
struct RequestBody<O: Outbox> {
    link: Arc<Link<request::Parts, O>>,
    number: u64,
    stall: Stall,
}

impl<O: Outbox> Drop for RequestBody<O> {
    fn drop(&mut self) {
        self.link.leave(self.number);
    }
}

impl<O: Outbox> http_body::Body for RequestBody<O> {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = &mut *self;
        match this.link.poll_frame(this.number, cx) {
            Poll::Ready(frame) => {
                this.stall.moved();
                Poll::Ready(frame)
            }
            Poll::Pending => this.stall.poll_stalled(cx).map(|error| Some(Err(error))),
        }
    }
}
