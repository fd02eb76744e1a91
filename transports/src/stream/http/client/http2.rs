//! One multiplexed HTTP/2 connection, made anew when it is lost.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};

use ::http::{Request, Response};
use bytes::Bytes;
use h2::client::SendRequest;
use h2::{Reason, SendStream};
use http_body::{Body as _, Frame, SizeHint};
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::super::incoming::{self, Incoming};
use super::super::io::Io;
use super::super::outgoing::{Pump, send_whole, strip_connection_headers};
use super::super::stall::Stall;
use super::dial::Dialer;
use crate::stream::Engine;
use crate::{Body, BodyError, ClientConfig, ClientError};

/// Bytes of one frame that the server may send. Larger than the least (16 KiB), because each frame of a large body
/// costs.
const MAX_FRAME: u32 = 64 * 1024;

/// The connection that all calls share.
pub(super) struct Multiplexed {
    dialer: Arc<Dialer>,
    config: ClientConfig,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    link: Link,
    /// Counts the connections, so that only the present one is given up.
    generation: u64,
}

#[derive(Default)]
enum Link {
    #[default]
    Absent,
    Connecting(watch::Receiver<Option<Result<Connected, ClientError>>>),
    Present(Connected),
}

#[derive(Clone)]
struct Connected {
    send: SendRequest<Bytes>,
    generation: u64,
}

impl Multiplexed {
    pub(super) fn new(dialer: Arc<Dialer>, config: ClientConfig) -> Arc<Self> {
        Arc::new(Self { dialer, config, state: Mutex::default() })
    }

    pub(super) async fn send(
        self: &Arc<Self>,
        request: Request<Body>,
    ) -> Result<Response<Body>, ClientError> {
        let spare = copy(&request);
        let connected = self.connected().await?;
        let generation = connected.generation;
        let error = match exchange(connected, request).await {
            Err(error) if error.never_started() => error,
            result => return result,
        };
        self.give_up(generation);
        match spare {
            Some(request) => exchange(self.connected().await?, request).await,
            None => Err(error),
        }
    }

    /// The present connection, or the next one.
    async fn connected(self: &Arc<Self>) -> Result<Connected, ClientError> {
        let mut coming = {
            let mut state = self.state();
            match &state.link {
                Link::Present(connected) => return Ok(connected.clone()),
                Link::Connecting(coming) => coming.clone(),
                Link::Absent => {
                    let (tell, coming) = watch::channel(None);
                    state.link = Link::Connecting(coming.clone());
                    // A task of its own, because the call that began to connect may be dropped, and others wait too.
                    tokio::spawn(self.clone().connect(tell));
                    coming
                }
            }
        };
        let result = match coming.wait_for(Option::is_some).await {
            Ok(result) => result.clone(),
            Err(_) => None,
        };
        result.unwrap_or_else(|| Err(ClientError::connect("the runtime shut down while connecting")))
    }

    async fn connect(self: Arc<Self>, tell: watch::Sender<Option<Result<Connected, ClientError>>>) {
        let result = self.handshake().await;
        let mut state = self.state();
        let result = result.map(|(send, connection)| {
            state.generation += 1;
            let generation = state.generation;
            tokio::spawn(drive(connection, Arc::downgrade(&self), generation));
            Connected { send, generation }
        });
        state.link = match &result {
            Ok(connected) => Link::Present(connected.clone()),
            Err(_) => Link::Absent,
        };
        drop(state);
        tell.send_replace(Some(result));
    }

    async fn handshake(
        &self,
    ) -> Result<(SendRequest<Bytes>, h2::client::Connection<Io, Bytes>), ClientError> {
        let socket = self.dialer.dial(Engine::Http2).await?;
        let io = Io::new(socket, Bytes::new(), Arc::default());
        h2::client::Builder::new()
            .initial_window_size(self.config.stream_window)
            .initial_connection_window_size(self.config.connection_window)
            .max_frame_size(MAX_FRAME)
            .max_header_list_size(self.config.header_list)
            .max_local_error_reset_streams(None)
            .enable_push(false)
            .handshake(io)
            .await
            .map_err(ClientError::connect)
    }

    /// Lets the next call make a new connection. Calls on the old one go on.
    fn give_up(&self, generation: u64) {
        let mut state = self.state();
        if matches!(&state.link, Link::Present(connected) if connected.generation == generation) {
            state.link = Link::Absent;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs a connection to its end. Its calls learn by themselves how it ended.
async fn drive(connection: h2::client::Connection<Io, Bytes>, owner: Weak<Multiplexed>, generation: u64) {
    let _ = connection.await;
    if let Some(owner) = owner.upgrade() {
        owner.give_up(generation);
    }
}

/// A request that can be sent a second time.
fn copy(request: &Request<Body>) -> Option<Request<Body>> {
    let mut copy = Request::new(request.body().replay()?);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.version_mut() = request.version();
    *copy.headers_mut() = request.headers().clone();
    Some(copy)
}

async fn exchange(mut connected: Connected, request: Request<Body>) -> Result<Response<Body>, ClientError> {
    let (mut head, body) = request.into_parts();
    strip_connection_headers(&mut head.headers);
    let whole = body.is_end_stream();
    let (response, send) =
        connected.send.send_request(Request::from_parts(head, ()), whole).map_err(|error| {
            if error.is_io() || error.is_go_away() { lost_before(error) } else { ClientError::request(error) }
        })?;
    let sending = if whole { None } else { send_body(send, body) };
    let (head, recv) = response.await.map_err(call_error)?.into_parts();
    let mut recv = Some(recv);
    let body = poll_fn(|cx| match recv.take() {
        Some(recv) => Poll::Ready(match incoming::http2(recv, &head.headers, Stall::default(), cx) {
            Incoming::Whole(body) => body,
            Incoming::Stream(body) => Body::Stream(Box::pin(body)),
        }),
        None => Poll::Pending,
    });
    let body = match (body.await, sending) {
        (body, None) => body,
        (body, Some(sending)) => Body::stream(WhileSending { body, _sending: sending }),
    };
    Ok(Response::from_parts(head, body))
}

fn lost_before(error: h2::Error) -> ClientError {
    ClientError::lost(error).before_start()
}

fn call_error(error: h2::Error) -> ClientError {
    if error.is_io() {
        return ClientError::lost(error);
    }
    // A peer's GOAWAY reaches only the calls above the last one it looked at.
    if error.is_go_away() {
        return if error.is_remote() { lost_before(error) } else { ClientError::protocol(error) };
    }
    match error.reason() {
        Some(Reason::REFUSED_STREAM) if error.is_remote() => {
            ClientError::reset(Reason::REFUSED_STREAM.into(), error).before_start()
        }
        Some(reason) if error.is_remote() => ClientError::reset(reason.into(), error),
        Some(_) if error.is_reset() => ClientError::malformed(error),
        _ => ClientError::protocol(error),
    }
}

/// Sends the body: at once if it is there, else in a task, so that it goes on whatever the caller is reading.
fn send_body(mut send: SendStream<Bytes>, body: Body) -> Option<Sending> {
    // If the stream ended already, the response says how.
    let rest = send_whole(&mut send, body, |data| data).ok()??;
    let pump = Pump::new(send, rest, std::convert::identity);
    Some(Sending(tokio::spawn(pump).abort_handle()))
}

/// A request body that is being sent; given up with the call.
struct Sending(AbortHandle);

impl Drop for Sending {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A response's body while the request's is still being sent.
struct WhileSending {
    body: Body,
    _sending: Sending,
}

impl http_body::Body for WhileSending {
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
