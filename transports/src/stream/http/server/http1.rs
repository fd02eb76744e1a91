//! HTTP/1 on one connection.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use ::http::header::{EXPECT, HOST};
use ::http::{Request, Response, StatusCode, Version};
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use pin_project_lite::pin_project;

use super::super::incoming::{self, Http1, Incoming};
use super::super::io::Traffic;
use super::discard::{Discard, Lent, Unread};
use super::quiet::Phase;
use super::upgrade::{self, Offer, Switching};
use super::{Connection, Quiet};
use crate::server::{Call, Handler, answer};
use crate::stall::Stall;
use crate::{Body, BodyError, ServerConfig};

/// The headers that the engine allows by itself. It is not told so, because what it is told it makes room for on the
/// heap, and fills, at each request.
const ENGINE_HEADERS: usize = 100;

/// Serves until the peer leaves, the listener stops, or the connection hangs.
pub(super) async fn serve<S: Handler>(connection: Connection<S>) {
    let Connection { io, service, config, traffic, mut stop } = connection;
    let open = Arc::new(Open::default());
    let switch = Switching::default();
    let mut quiet = Quiet::new(&config);
    let mut leftover = Leftover::default();
    let service = Serve {
        service,
        config: config.clone(),
        open: open.clone(),
        traffic: traffic.clone(),
        unread: leftover.unread.clone(),
        switch: switch.clone(),
    };
    let mut builder = http1::Builder::new();
    builder.max_header_size(config.header_list as usize);
    if config.headers != ENGINE_HEADERS {
        builder.max_headers(config.headers);
    }
    let connection = builder.serve_connection(TokioIo::new(io), service).with_upgrades();
    let mut connection = pin!(connection);
    let mut stopping = false;
    poll_fn(|cx| {
        if !stopping && stop.poll(cx).is_ready() {
            stopping = true;
            connection.as_mut().graceful_shutdown();
        }
        if connection.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        leftover.poll_discarded(cx, || OpenCall::new(open.clone(), traffic.clone()));
        // It has no way to ask its peer; the transport's own probes find one that is gone.
        quiet.poll_verdict(open.phase(&traffic), cx).map(drop)
    })
    .await;
    if let Some(switch) = switch.take() {
        switch.go_on(stop, config.idle).await;
    }
}

/// The calls that are open on a connection.
#[derive(Debug, Default)]
struct Open {
    calls: AtomicUsize,
    started: AtomicU64,
    /// Bytes that had been received when a call last began or ended: more of them are a new head.
    mark: AtomicU64,
}

impl Open {
    fn phase(&self, traffic: &Traffic) -> Phase {
        if self.calls.load(Ordering::Relaxed) > 0 {
            return if traffic.is_blocked() { Phase::Blocked(traffic.sent()) } else { Phase::Busy };
        }
        if traffic.is_blocked() {
            return Phase::Blocked(traffic.sent());
        }
        if traffic.received() > self.mark.load(Ordering::Relaxed) {
            return Phase::Head(self.started.load(Ordering::Relaxed));
        }
        Phase::Idle(self.started.load(Ordering::Relaxed))
    }
}

/// One open call, until its reply is handed over.
struct OpenCall {
    open: Arc<Open>,
    traffic: Arc<Traffic>,
}

impl OpenCall {
    fn new(open: Arc<Open>, traffic: Arc<Traffic>) -> Self {
        open.calls.fetch_add(1, Ordering::Relaxed);
        open.started.fetch_add(1, Ordering::Relaxed);
        open.mark.store(traffic.received(), Ordering::Relaxed);
        Self { open, traffic }
    }
}

impl Drop for OpenCall {
    fn drop(&mut self) {
        self.open.mark.store(self.traffic.received(), Ordering::Relaxed);
        self.open.calls.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What requests leave unread. It is thrown away beside their answers: a client that streams until it hears something
/// would never end before.
#[derive(Default)]
struct Leftover {
    unread: Unread<Http1>,
    discarding: Option<(Discard<Http1>, OpenCall)>,
}

impl Leftover {
    fn poll_discarded(&mut self, cx: &mut Context<'_>, open: impl FnOnce() -> OpenCall) {
        if self.discarding.is_none()
            && let Poll::Ready(discard) = self.unread.poll_discard(cx)
        {
            self.discarding = Some((discard, open()));
        }
        if let Some((discard, _)) = &mut self.discarding
            && Pin::new(discard).poll(cx).is_ready()
        {
            self.discarding = None;
        }
    }
}

/// The service as the engine wants it.
struct Serve<S> {
    service: S,
    config: Arc<ServerConfig>,
    open: Arc<Open>,
    traffic: Arc<Traffic>,
    /// What the request that is being answered leaves unread: there is one at a time.
    unread: Unread<Http1>,
    /// What the connection becomes.
    switch: Switching,
}

impl<S: Handler> hyper::service::Service<Request<hyper::body::Incoming>> for Serve<S> {
    type Response = Response<Reply>;
    type Error = Infallible;
    type Future = Exchange<S>;

    fn call(&self, mut request: Request<hyper::body::Incoming>) -> Exchange<S> {
        let open = Some(OpenCall::new(self.open.clone(), self.traffic.clone()));
        self.unread.set_answered(false);
        if !names_one_host(&request) {
            let text = "a request must name exactly one Host";
            return Exchange::Answered { answer: Some(answer(StatusCode::BAD_REQUEST, text)), open };
        }
        if let Some((request, offer)) = upgrade::asked(&mut request) {
            let call = Call::new(self.service.clone(), request);
            return Exchange::Offered { call, offer: Some(offer), switch: self.switch.clone(), open };
        }
        // A client that waits for leave to send its body has nothing under way.
        let waits = request.headers().contains_key(EXPECT);
        let request =
            request.map(|body| match incoming::http1(body, Stall::after(self.config.stalled_body)) {
                Incoming::Whole(body) => body,
                Incoming::Stream(body) if waits => Body::Stream(Box::pin(body)),
                Incoming::Stream(body) => Body::Stream(Box::pin(Lent::new(body, self.unread.clone()))),
            });
        let call = Call::new(self.service.clone(), request);
        Exchange::Called { call, unread: self.unread.clone(), open }
    }
}

/// RFC 9112, section 3.2: two Hosts, or none in HTTP/1.1, smuggle one host's request past another's rules.
fn names_one_host<B>(request: &Request<B>) -> bool {
    let hosts = request.headers().get_all(HOST).iter().count();
    hosts == 1 || (hosts == 0 && request.version() < Version::HTTP_11)
}

pin_project! {
    /// One request and its reply.
    #[project = ExchangeProject]
    enum Exchange<S> where S: Handler {
        Called { #[pin] call: Call<S>, unread: Unread<Http1>, open: Option<OpenCall> },
        Offered { #[pin] call: Call<S>, offer: Option<Offer>, switch: Switching, open: Option<OpenCall> },
        Answered { answer: Option<Response<Body>>, open: Option<OpenCall> },
    }
}

impl<S: Handler> Future for Exchange<S> {
    type Output = Result<Response<Reply>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (response, open) = match self.project() {
            ExchangeProject::Called { call, unread, open } => {
                let response = ready!(call.poll(cx));
                unread.set_answered(true);
                (response, open)
            }
            ExchangeProject::Offered { call, offer, switch, open } => {
                let response = ready!(call.poll(cx));
                (switch.agree(offer.take(), response), open)
            }
            ExchangeProject::Answered { answer, open } => (answer.take().unwrap_or_default(), open),
        };
        let open = open.take();
        Poll::Ready(Ok(response.map(|body| Reply { body, _open: open })))
    }
}

/// A reply's body, which keeps its call open until it is handed over.
struct Reply {
    body: Body,
    _open: Option<OpenCall>,
}

impl http_body::Body for Reply {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
