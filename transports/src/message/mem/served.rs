//! A listener that is being served, with its calls.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Frame, SizeHint};
use tokio::sync::{Notify, watch};

use crate::server::Stop;
use crate::{Body, BodyError};

/// The service of one client.
pub(super) trait Serve: Send {
    /// Begins a call.
    fn call(&mut self, request: Request<Body>) -> Pin<Box<dyn Future<Output = Response<Body>> + Send>>;
}

/// A listener that is being served.
pub(super) struct Served {
    make: Box<dyn Fn() -> Box<dyn Serve> + Send + Sync>,
    calls: AtomicUsize,
    stopped: AtomicBool,
    /// Rings when the last call has ended.
    ended: Notify,
    abort: watch::Sender<bool>,
}

impl Served {
    pub(super) fn new(make: Box<dyn Fn() -> Box<dyn Serve> + Send + Sync>) -> Self {
        Self {
            make,
            calls: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            ended: Notify::new(),
            abort: watch::Sender::new(false),
        }
    }

    /// A service for one client.
    pub(super) fn connect(&self) -> Box<dyn Serve> {
        (self.make)()
    }

    /// Whether no more calls may begin.
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Counts a call, until the guard is dropped. `None` once the listener stops.
    pub(super) fn begin(self: &Arc<Self>) -> Option<Running> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let running = Running { served: self.clone() };
        (!self.is_stopped()).then_some(running)
    }

    /// Lets no more calls begin, and waits for those that run.
    pub(super) async fn drain(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        loop {
            let mut ended = pin!(self.ended.notified());
            ended.as_mut().enable();
            if self.calls.load(Ordering::SeqCst) == 0 {
                return;
            }
            ended.await;
        }
    }

    /// Ends the calls that still run.
    pub(super) fn abort(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        self.abort.send_replace(true);
    }
}

/// A call that runs.
pub(super) struct Running {
    served: Arc<Served>,
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.served.calls.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.served.ended.notify_waiters();
        }
    }
}

impl Running {
    /// Runs the call to its reply; `None` if it was aborted. A reply that streams keeps the call running.
    pub(super) async fn run(
        self,
        mut call: Pin<Box<dyn Future<Output = Response<Body>> + Send>>,
    ) -> Option<Response<Body>> {
        let mut stop: Option<Stop> = None;
        let response = poll_fn(|cx| {
            if let Poll::Ready(response) = call.as_mut().poll(cx) {
                return Poll::Ready(Some(response));
            }
            let stop = stop.get_or_insert_with(|| Stop::new(self.served.abort.subscribe()));
            stop.poll(cx).map(|()| None)
        });
        let response = response.await?;
        // The handler may still borrow what its future holds only through the reply, which owns all it needs.
        drop(call);
        let (head, body) = response.into_parts();
        let body = match body {
            Body::Stream(_) => {
                let stop = Some(Stop::new(self.served.abort.subscribe()));
                Body::stream(Streaming { body, stop, running: Some(self) })
            }
            whole => whole,
        };
        Some(Response::from_parts(head, body))
    }
}

/// A reply that comes over time.
struct Streaming {
    body: Body,
    stop: Option<Stop>,
    running: Option<Running>,
}

impl http_body::Body for Streaming {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = &mut *self;
        // A reply is polled in its caller's task, which is not to end with it.
        let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut this.body).poll_frame(cx)));
        let polled = polled.unwrap_or_else(|_| {
            this.body = Body::Empty;
            Poll::Ready(Some(Err(BodyError::lost("the handler failed"))))
        });
        if let Poll::Ready(frame) = polled {
            if frame.is_none() || this.body.is_end_stream() {
                this.running = None;
            }
            return Poll::Ready(frame);
        }
        let Some(stop) = &mut this.stop else { return Poll::Ready(None) };
        stop.poll(cx).map(|()| {
            this.stop = None;
            this.body = Body::Empty;
            Some(Err(BodyError::lost("the listener stopped")))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
