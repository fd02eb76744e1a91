//! HTTP/2 on one connection.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use ::http::{Method, Request, Response};
use h2::server::SendResponse;
use h2::{Ping, PingPong, Reason, RecvStream};
use http_body::Body as _;
use pin_project_lite::pin_project;

use super::super::ahead::{Ahead, FRAME_BUDGET};
use super::super::incoming::{self, Http2, Incoming};
use super::super::io::{Io, Traffic};
use super::super::outgoing::{Outlet, Pump, send_whole, strip_connection_headers};
use super::discard::{Discard, Lent, Unread};
use super::quiet::{Phase, Verdict};
use super::unsent::{Charged, Unsent};
use super::{Connection, Quiet};
use crate::server::{Call, Handler, Tasks, head_only, poll_rounds};
use crate::stall::Stall;
use crate::{Body, ServerConfig, Upgrade};

/// Bytes of one frame that a peer may send. Larger than the least (16 KiB), because each frame of a large body costs.
const MAX_FRAME: u32 = 64 * 1024;

/// A frame that every peer takes, and what the engine takes by default.
const LEAST_BUFFER: usize = 16 * 1024;
const MOST_BUFFER: usize = 400 * 1024;

/// Streams that a peer may have cancelled before they were looked at. The reader's turn (64 KiB) holds fewer, so that
/// no honest client crosses it, however often it cancels.
const CANCELLED_AHEAD: usize = 4096;

/// Serves until the peer leaves, the listener stops, or the connection hangs.
pub(super) async fn serve<S: Handler>(connection: Connection<S>) {
    let Connection { io, service, config, traffic, mut stop } = connection;
    let handshake = builder(&config).handshake(io);
    let Ok(Ok(streams)) = tokio::time::timeout(config.head_timeout, handshake).await else { return };
    let mut quiet = Quiet::new(&config);
    let mut driver = Driver::new(streams, service, &config, traffic);
    let mut stopping = false;
    poll_fn(|cx| {
        if !stopping && stop.poll(cx).is_ready() {
            stopping = true;
            driver.stop();
        }
        if driver.poll(cx).is_ready() {
            return Poll::Ready(());
        }
        while let Verdict::Ask = ready!(quiet.poll_verdict(driver.phase(), cx)) {
            driver.ask(cx);
        }
        Poll::Ready(())
    })
    .await;
}

fn builder(config: &ServerConfig) -> h2::server::Builder {
    let mut builder = h2::server::Builder::new();
    builder
        .initial_window_size(config.stream_window)
        .initial_connection_window_size(config.connection_window)
        .max_frame_size(MAX_FRAME)
        .max_header_list_size(config.header_list)
        .max_concurrent_streams(config.concurrent_streams)
        .data_frame_budget(FRAME_BUDGET)
        .max_send_buffer_size(stream_buffer(config))
        .max_pending_accept_reset_streams(CANCELLED_AHEAD)
        .max_local_error_reset_streams(None)
        .enable_connect_protocol();
    builder
}

/// Bytes of one stream that are given to the engine ahead: so few that a peer which leaves all its streams unread for a
/// while, as it may, does not fill the connection's share.
fn stream_buffer(config: &ServerConfig) -> usize {
    (config.unsent / 2 / (config.concurrent_streams as usize).max(1)).clamp(LEAST_BUFFER, MOST_BUFFER)
}

/// The connection with its calls.
struct Driver<S: Handler> {
    streams: h2::server::Connection<Io, Charged>,
    pings: Option<PingPong>,
    calls: Tasks<Exchange<S>>,
    waker: Waker,
    service: S,
    stalled_body: std::time::Duration,
    unsent: Arc<Unsent>,
    ahead: Ahead,
    traffic: Arc<Traffic>,
}

impl<S: Handler> Driver<S> {
    fn new(
        mut streams: h2::server::Connection<Io, Charged>,
        service: S,
        config: &ServerConfig,
        traffic: Arc<Traffic>,
    ) -> Self {
        let calls = Tasks::new();
        let waker = calls.feeder();
        let (stalled_body, unsent) = (config.stalled_body, Unsent::new(config.unsent));
        let pings = streams.ping_pong();
        let ahead = Ahead::default();
        Self { streams, pings, calls, waker, service, stalled_body, unsent, ahead, traffic }
    }

    fn stop(&mut self) {
        self.streams.graceful_shutdown();
        self.waker.wake_by_ref();
    }

    /// Asks the peer whether it is there. Whatever comes in is its answer.
    fn ask(&mut self, cx: &mut Context<'_>) {
        if let Some(pings) = &mut self.pings {
            // The answer to the one before is taken first. Without one, there is nothing more to ask.
            let _ = pings.poll_pong(cx);
            let _ = pings.send_ping(Ping::opaque());
        }
    }

    fn phase(&self) -> Phase {
        let traffic = &self.traffic;
        if self.unsent.is_full() {
            Phase::Full(self.unsent.gone())
        } else if traffic.is_blocked() {
            Phase::Blocked(traffic.sent())
        } else if self.calls.running() > 0 || self.streams.has_streams() {
            Phase::Open(traffic.received())
        } else {
            Phase::Idle(traffic.received())
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Self { streams, calls, waker, service, stalled_body, unsent, ahead, traffic, .. } = self;
        poll_rounds(calls, cx, |calls| {
            let mut cx = Context::from_waker(waker);
            loop {
                match streams.poll_accept(&mut cx) {
                    Poll::Ready(Some(Ok((request, respond)))) => {
                        let (request, unread) = received(request, *stalled_body, ahead, &mut cx);
                        let bodiless = request.method() == Method::HEAD;
                        let call = Call::new(service.clone(), request);
                        calls.push(Exchange::new(respond, bodiless, call, unread, unsent.clone()));
                    }
                    // The connection is over, and what its calls had to say has no reader.
                    Poll::Ready(_) => return Poll::Ready(()),
                    Poll::Pending => break,
                }
            }
            ahead.look(traffic.received());
            unsent.let_go();
            Poll::Pending
        })
    }
}

fn received(
    request: Request<RecvStream>,
    stalled_body: std::time::Duration,
    ahead: &Ahead,
    cx: &mut Context<'_>,
) -> (Request<Body>, Option<Unread<Http2>>) {
    let (mut head, body) = request.into_parts();
    if let Some(protocol) = head.extensions.remove::<h2::ext::Protocol>() {
        head.extensions.insert(Upgrade::to(protocol.as_str()));
    }
    let (body, unread) = match incoming::http2(body, &head.headers, Stall::after(stalled_body), ahead, cx) {
        Incoming::Whole(body) => (body, None),
        Incoming::Stream(body) => {
            let unread = Unread::default();
            (Body::Stream(Box::pin(Lent::new(body, unread.clone()))), Some(unread))
        }
    };
    (Request::from_parts(head, body), unread)
}

pin_project! {
    /// One stream: a call, and then its reply, if that comes over time.
    struct Exchange<S> where S: Handler {
        respond: SendResponse<Charged>,
        // The answer to HEAD is a head alone.
        bodiless: bool,
        #[pin]
        state: State<S>,
        unsent: Arc<Unsent>,
    }
}

pin_project! {
    #[project = StateProject]
    enum State<S> where S: Handler {
        Calling { #[pin] call: Call<S>, unread: Option<Unread<Http2>> },
        // The answer is on its way; a stream that is reset would take it along.
        Discarding { discard: Discard<Http2> },
        Sending { pump: Pump<Arc<Unsent>> },
    }
}

impl<S: Handler> Exchange<S> {
    fn new(
        respond: SendResponse<Charged>,
        bodiless: bool,
        call: Call<S>,
        unread: Option<Unread<Http2>>,
        unsent: Arc<Unsent>,
    ) -> Self {
        Self { respond, bodiless, state: State::Calling { call, unread }, unsent }
    }
}

impl<S: Handler> Future for Exchange<S> {
    type Output = ();

    /// A reply that panics costs its own stream: the connection's other calls run in the same task.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let polled = catch_unwind(AssertUnwindSafe(|| self.as_mut().poll_exchange(cx)));
        polled.unwrap_or_else(|_| {
            self.project().respond.send_reset(Reason::INTERNAL_ERROR);
            Poll::Ready(())
        })
    }
}

impl<S: Handler> Exchange<S> {
    fn poll_exchange(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        if let StateProject::Calling { call, unread } = this.state.as_mut().project() {
            let polled = match this.unsent.poll_room(cx) {
                Poll::Ready(()) => call.poll(cx),
                Poll::Pending => Poll::Pending,
            };
            let Poll::Ready(response) = polled else {
                // The caller may have gone away; dropping the call is how the handler learns it.
                return this.respond.poll_reset(cx).map(drop);
            };
            let discard = unread.as_ref().and_then(Unread::discard);
            match (reply(this.respond, response, *this.bodiless, this.unsent), discard) {
                (Ok(Some(pump)), _) => this.state.set(State::Sending { pump }),
                (Ok(None), Some(discard)) => this.state.set(State::Discarding { discard }),
                (Ok(None), None) | (Err(_), _) => return Poll::Ready(()),
            }
        }
        match this.state.project() {
            StateProject::Sending { pump } => Pin::new(pump).poll(cx),
            StateProject::Discarding { discard } => Pin::new(discard).poll(cx),
            StateProject::Calling { .. } => Poll::Ready(()),
        }
    }
}

/// Sends the reply, or the part of it that is there.
fn reply(
    respond: &mut SendResponse<Charged>,
    mut response: Response<Body>,
    bodiless: bool,
    unsent: &Arc<Unsent>,
) -> Result<Option<Pump<Arc<Unsent>>>, h2::Error> {
    if bodiless {
        head_only(&mut response);
    }
    let (mut head, body) = response.into_parts();
    strip_connection_headers(&mut head.headers);
    let response = Response::from_parts(head, ());
    if body.is_end_stream() {
        respond.send_response(response, true)?;
        return Ok(None);
    }
    let mut send = respond.send_response(response, false)?;
    let rest = send_whole(&mut send, body, unsent)?;
    Ok(rest.map(|body| Pump::new(send, body, unsent.clone())))
}
