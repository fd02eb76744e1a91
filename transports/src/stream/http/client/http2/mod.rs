//! One multiplexed HTTP/2 connection, made anew when it is lost.

mod exchange;

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::http::{Request, Response};
use bytes::Bytes;
use h2::client::SendRequest;
use tokio::sync::watch;

use self::exchange::exchange;
use super::super::ahead::{Ahead, FRAME_BUDGET};
use super::super::io::{Io, Traffic};
use super::dial::Dialer;
use crate::{Body, ClientConfig, ClientError};

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
    Connecting(Coming),
    Present(Connected),
}

/// Tells of a connection that is being made.
type Coming = watch::Receiver<Option<Result<Connected, ClientError>>>;

#[derive(Clone)]
struct Connected {
    send: SendRequest<Bytes>,
    ahead: Ahead,
    generation: u64,
}

/// A connection that was just made.
struct Handshake {
    send: SendRequest<Bytes>,
    connection: h2::client::Connection<Io, Bytes>,
    traffic: Arc<Traffic>,
}

impl Multiplexed {
    pub(super) fn new(dialer: Arc<Dialer>, config: ClientConfig) -> Arc<Self> {
        Arc::new(Self { dialer, config, state: Mutex::default() })
    }

    pub(super) async fn send(
        self: &Arc<Self>,
        request: Request<Body>,
    ) -> Result<Response<Body>, ClientError> {
        let (head, replay) = (copy_head(&request), request.body().replay());
        let connected = self.connected().await?;
        let generation = connected.generation;
        let failed = match exchange(connected, request).await {
            Err(failed) if failed.error.never_started() => failed,
            result => return result.map_err(|failed| failed.error),
        };
        self.give_up(generation);
        match failed.untouched.or(replay) {
            Some(body) => {
                let again = exchange(self.connected().await?, head.map(|()| body)).await;
                again.map_err(|failed| failed.error)
            }
            None => Err(failed.error),
        }
    }

    /// The present connection, or the next one.
    async fn connected(self: &Arc<Self>) -> Result<Connected, ClientError> {
        // A client outlives the runtimes that use it: one may have ended in the middle of connecting.
        for _ in 0..2 {
            let mut coming = match self.present() {
                Ok(connected) => return Ok(connected),
                Err(coming) => coming,
            };
            match coming.wait_for(Option::is_some).await.map(|result| result.clone()) {
                Ok(Some(result)) => return result,
                _ => self.forget(&coming),
            }
        }
        Err(ClientError::connect("the runtime shut down while connecting"))
    }

    /// The present connection, or where the next one is told.
    fn present(self: &Arc<Self>) -> Result<Connected, Coming> {
        let mut state = self.state();
        match &state.link {
            Link::Present(connected) => Ok(connected.clone()),
            Link::Connecting(coming) => Err(coming.clone()),
            Link::Absent => {
                let (tell, coming) = watch::channel(None);
                state.link = Link::Connecting(coming.clone());
                drop(state);
                // A task of its own, because the call that began to connect may be dropped, and others wait too.
                tokio::spawn(self.clone().connect(tell));
                Err(coming)
            }
        }
    }

    /// Puts away a connection that nobody is making any more.
    fn forget(&self, coming: &Coming) {
        let mut state = self.state();
        if matches!(&state.link, Link::Connecting(other) if other.same_channel(coming)) {
            state.link = Link::Absent;
        }
    }

    async fn connect(self: Arc<Self>, tell: watch::Sender<Option<Result<Connected, ClientError>>>) {
        let result = self.handshake().await;
        let mut state = self.state();
        let result = result.map(|Handshake { send, connection, traffic }| {
            state.generation += 1;
            let connected = Connected { send, ahead: Ahead::default(), generation: state.generation };
            let driver = drive(connection, traffic, connected.ahead.clone());
            let (owner, generation) = (Arc::downgrade(&self), connected.generation);
            tokio::spawn(async move {
                driver.await;
                if let Some(owner) = owner.upgrade() {
                    owner.give_up(generation);
                }
            });
            connected
        });
        state.link = match &result {
            Ok(connected) => Link::Present(connected.clone()),
            Err(_) => Link::Absent,
        };
        drop(state);
        tell.send_replace(Some(result));
    }

    async fn handshake(&self) -> Result<Handshake, ClientError> {
        let socket = self.dialer.dial().await?;
        let traffic = Arc::new(Traffic::default());
        let io = Io::new(socket, Bytes::new(), traffic.clone());
        let (send, connection) = builder(&self.config).handshake(io).await.map_err(ClientError::connect)?;
        Ok(Handshake { send, connection, traffic })
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

fn builder(config: &ClientConfig) -> h2::client::Builder {
    let mut builder = h2::client::Builder::new();
    builder
        .initial_window_size(config.stream_window)
        .initial_connection_window_size(config.connection_window)
        .max_frame_size(MAX_FRAME)
        .data_frame_budget(FRAME_BUDGET)
        .max_header_list_size(config.header_list)
        .max_local_error_reset_streams(None)
        .enable_push(false);
    builder
}

/// Runs a connection to its end. Its calls learn by themselves how it ended.
async fn drive(mut connection: h2::client::Connection<Io, Bytes>, traffic: Arc<Traffic>, ahead: Ahead) {
    poll_fn(|cx| {
        let polled = Pin::new(&mut connection).poll(cx);
        ahead.look(traffic.received());
        polled.map(drop)
    })
    .await;
}

/// The head of a request, to be sent a second time.
fn copy_head(request: &Request<Body>) -> Request<()> {
    let mut copy = Request::new(());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.version_mut() = request.version();
    *copy.headers_mut() = request.headers().clone();
    copy
}

#[cfg(test)]
mod tests;
