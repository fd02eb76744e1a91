//! Making connections, and pausing after those that failed.

use std::future::poll_fn;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Instant, timeout};

use crate::stream::Socket;
use crate::{ClientConfig, ClientError, Endpoint};

/// Makes connections to one endpoint.
pub(super) struct Dialer {
    endpoint: Endpoint,
    config: ClientConfig,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Connections that failed one after another.
    failures: i32,
    /// Until when no other is tried, and what the last one failed of.
    pause: Option<(Instant, ClientError)>,
    /// When it was last found out whether the endpoint can be reached.
    known: Option<Instant>,
    /// A connection that was made to prove that it can be.
    spare: Option<Socket>,
}

impl Dialer {
    pub(super) fn new(endpoint: Endpoint, config: ClientConfig) -> Self {
        Self { endpoint, config, state: Mutex::default() }
    }

    /// A connection. Fails at once in the pause after a failure.
    pub(super) async fn dial(&self) -> Result<Socket, ClientError> {
        if let Some(socket) = self.take_spare().await {
            return Ok(socket);
        }
        if let Some((until, error)) = &self.state().pause
            && Instant::now() < *until
        {
            return Err(error.clone());
        }
        self.dial_now().await
    }

    /// Makes a connection and keeps it for the first call.
    pub(super) async fn prove(&self) -> Result<(), ClientError> {
        let socket = self.dial().await?;
        self.state().spare = Some(socket);
        Ok(())
    }

    async fn dial_now(&self) -> Result<Socket, ClientError> {
        let began = Instant::now();
        let limit = self.config.connect_timeout;
        let result = match timeout(limit, connect(&self.endpoint)).await {
            Ok(Ok(socket)) => Ok(socket),
            Ok(Err(error)) => {
                let text = format!("cannot connect to {}: {error}", self.endpoint);
                Err(ClientError::connect(io::Error::new(error.kind(), text)))
            }
            Err(_) => Err(ClientError::connect_timeout(limit)),
        };
        self.learn(began, result.as_ref().err());
        result
    }

    /// Takes note of how a connection went that began then.
    fn learn(&self, began: Instant, error: Option<&ClientError>) {
        let mut state = self.state();
        match error {
            None => {
                state.failures = 0;
                state.pause = None;
            }
            // Connections that were tried together fail together, of one and the same trouble.
            Some(_) if state.known.is_some_and(|known| began < known) => return,
            Some(error) => {
                let pause = self.pause(state.failures);
                state.failures = state.failures.saturating_add(1);
                state.pause = Some((Instant::now() + pause, error.clone()));
            }
        }
        state.known = Some(Instant::now());
    }

    /// gRPC's connection backoff: 1.6 times longer each time, give or take a fifth, so that many clients of a server
    /// that comes back do not come back together.
    fn pause(&self, failures: i32) -> Duration {
        let most = self.config.backoff_most.as_secs_f64();
        let plain = (self.config.backoff_first.as_secs_f64() * 1.6_f64.powi(failures.min(100))).min(most);
        let random = RandomState::new().hash_one(failures) as f64 / u64::MAX as f64;
        Duration::from_secs_f64(plain * (0.8 + 0.4 * random))
    }

    /// The spare connection, unless the server has closed it meanwhile.
    async fn take_spare(&self) -> Option<Socket> {
        let mut spare = self.state().spare.take()?;
        let alive = poll_fn(|cx| {
            let mut byte = [0];
            Poll::Ready(Pin::new(&mut spare).poll_read(cx, &mut ReadBuf::new(&mut byte)).is_pending())
        });
        alive.await.then_some(spare)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn connect(endpoint: &Endpoint) -> io::Result<Socket> {
    match endpoint.transport() {
        #[cfg(feature = "tcp")]
        "tcp" => crate::stream::tcp::connect(endpoint).await,
        #[cfg(all(unix, feature = "unix"))]
        "unix" => crate::stream::unix::connect(endpoint).await,
        other => {
            Err(io::Error::new(io::ErrorKind::Unsupported, format!("transport {other} cannot be called")))
        }
    }
}
