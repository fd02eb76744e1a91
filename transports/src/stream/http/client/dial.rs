//! Making connections, and pausing after those that failed.

use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Instant, timeout};

use crate::stream::{Connector, Engine, Proof, Socket};
use crate::{ClientConfig, ClientError, Endpoint};

/// Makes connections to one endpoint.
pub(super) struct Dialer {
    endpoint: Endpoint,
    connector: Connector,
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
    /// A connection was made of which it is not known yet whether it is any good.
    unproven: bool,
    /// A connection that was made to prove that it can be, and for whom.
    spare: Option<(Engine, Socket)>,
}

impl Dialer {
    pub(super) fn new(endpoint: Endpoint, config: ClientConfig) -> Result<Self, ClientError> {
        let connector = Connector::new(&endpoint).map_err(|error| no_connection(&endpoint, error))?;
        Ok(Self { endpoint, connector, config, state: Mutex::default() })
    }

    /// Whether all calls must share one connection.
    pub(super) fn is_shared(&self) -> bool {
        self.connector.is_shared()
    }

    /// A connection for this engine. Fails at once in the pause after a failure.
    pub(super) async fn dial(&self, engine: Engine) -> Result<Socket, ClientError> {
        if let Some(socket) = self.take_spare(engine).await {
            return Ok(socket);
        }
        self.prove_last();
        if let Some((until, error)) = &self.state().pause
            && Instant::now() < *until
        {
            return Err(error.clone());
        }
        self.dial_now(engine).await
    }

    /// Makes a connection and keeps it for the first call.
    pub(super) async fn prove(&self, engine: Engine) -> Result<(), ClientError> {
        let socket = self.dial(engine).await?;
        self.state().spare = Some((engine, socket));
        Ok(())
    }

    async fn dial_now(&self, engine: Engine) -> Result<Socket, ClientError> {
        let began = Instant::now();
        let limit = self.config.connect_timeout;
        let result = match timeout(limit, self.connector.connect(engine)).await {
            Ok(Ok(socket)) => Ok(socket),
            Ok(Err(error)) => Err(no_connection(&self.endpoint, error)),
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
                state.unproven = true;
                state.pause = None;
            }
            // Connections that were tried together fail together, of one and the same trouble.
            Some(_) if state.known.is_some_and(|known| began < known) => return,
            Some(error) => self.pause_from(&mut state, Instant::now(), error.clone()),
        }
        state.known = Some(Instant::now());
    }

    /// Looks at what became of the last connection: only one to somebody ends the series of failures.
    fn prove_last(&self) {
        if !self.state().unproven {
            return;
        }
        let proof = self.connector.proof();
        let mut state = self.state();
        state.unproven = matches!(proof, Proof::Open);
        match proof {
            Proof::Open => {}
            Proof::Good => state.failures = 0,
            Proof::Failed(began, error) => {
                self.pause_from(&mut state, began, no_connection(&self.endpoint, error));
            }
        }
    }

    /// Begins the pause after a connection that failed.
    fn pause_from(&self, state: &mut State, failed: Instant, error: ClientError) {
        let pause = self.pause(state.failures);
        state.failures = state.failures.saturating_add(1);
        state.pause = Some((failed + pause, error));
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
    async fn take_spare(&self, engine: Engine) -> Option<Socket> {
        let (_, mut spare) = self.state().spare.take_if(|(wanted, _)| *wanted == engine)?;
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

fn no_connection(endpoint: &Endpoint, error: io::Error) -> ClientError {
    ClientError::connect(NoConnection { endpoint: endpoint.clone(), error })
}

/// Why there is no connection, and where to.
#[derive(Debug)]
struct NoConnection {
    endpoint: Endpoint,
    error: io::Error,
}

impl fmt::Display for NoConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot connect to {}", self.endpoint)
    }
}

impl Error for NoConnection {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.error)
    }
}
