//! Making connections.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Instant, timeout};

use crate::client::Backoff;
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
    backoff: Backoff,
    /// A connection was made of which it is not known yet whether it is any good.
    unproven: bool,
    /// A connection that was made to prove that it can be, and for whom.
    spare: Option<(Engine, Socket)>,
}

impl Dialer {
    pub(super) fn new(endpoint: Endpoint, config: ClientConfig) -> Result<Self, ClientError> {
        let connector =
            Connector::new(&endpoint).map_err(|error| ClientError::no_connection(&endpoint, error))?;
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
        self.state().backoff.check()?;
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
            Ok(Err(error)) => Err(ClientError::no_connection(&self.endpoint, error)),
            Err(_) => Err(ClientError::connect_timeout(limit)),
        };
        self.learn(began, result.as_ref().err());
        result
    }

    /// Takes note of how a connection went that began then.
    fn learn(&self, began: Instant, error: Option<&ClientError>) {
        let mut state = self.state();
        state.unproven |= error.is_none();
        state.backoff.learn(began, error, &self.config);
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
            Proof::Good => state.backoff.good(),
            Proof::Failed(began, error) => {
                let error = ClientError::no_connection(&self.endpoint, error);
                state.backoff.pause_from(began, error, &self.config);
            }
        }
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
