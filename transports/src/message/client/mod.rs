//! The calling end: one link that all calls share.

mod call;
mod driver;

use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Request, Response, Uri, response};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use self::call::{Call, Start};
use super::layer::{self, Calls};
use super::link::{Link, Outgoing};
use super::transport::{Inbox, Outbox, Transport};
use crate::client::{Backoff, Connected, Shared};
use crate::{Body, ClientConfig, ClientError, Endpoint, RawStream, Upgrade};

/// Calls that a client has open at once, for a server refuses more. `docs/wire.md` says so.
const MOST_CALLS: usize = 256;

/// Bytes of a response that may come before its reader takes the first.
const WINDOW: u64 = 64 << 10;

/// How long it is believed that the server is there. It takes a few system calls to see.
const LOOK: Duration = Duration::from_millis(100);

/// A client of one endpoint.
pub(crate) struct Client<T: Transport> {
    endpoint: Endpoint,
    authority: Authority,
    dialer: Arc<Dialer<T>>,
    shared: Arc<Shared<Arc<Line<T>>>>,
}

/// The link, as those have it who may begin calls. When the last of them is gone, it ends with its calls.
struct Line<T: Transport> {
    link: Arc<Link<response::Parts, T::Outbox>>,
    /// As many as there may be calls.
    places: Arc<Semaphore>,
}

impl<T: Transport> Drop for Line<T> {
    fn drop(&mut self) {
        self.link.retire();
    }
}

/// Makes links.
struct Dialer<T> {
    endpoint: Endpoint,
    transport: T,
    config: ClientConfig,
    backoff: Mutex<Backoff>,
}

impl<T: Transport> Line<T> {
    /// Whether it takes no more calls, as far as is known.
    fn is_stale(&self) -> bool {
        self.link.is_due_for_a_look(LOOK) && self.is_over()
    }

    /// Whether it takes no more calls: the other end is gone, or another took its address.
    fn is_over(&self) -> bool {
        if self.link.look(|outbox| outbox.is_lost() || outbox.is_abandoned()) {
            self.link.retire();
        }
        self.link.is_retired()
    }
}

impl<T: Transport> Client<T> {
    pub(crate) fn new(
        endpoint: &Endpoint,
        transport: T,
        config: ClientConfig,
    ) -> Result<Arc<Self>, ClientError> {
        let authority = Authority::try_from(endpoint.authority()).map_err(ClientError::request)?;
        let backoff = Mutex::default();
        let dialer = Arc::new(Dialer { endpoint: endpoint.clone(), transport, config, backoff });
        Ok(Arc::new(Self { endpoint: endpoint.clone(), authority, dialer, shared: Shared::new() }))
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Proves that somebody listens there. Nothing is left for the first call: whoever has no call open has nothing that a
    /// server knows of, and would remove if we died.
    pub(crate) fn ready(&self) -> Result<(), ClientError> {
        self.dialer.prove()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Result<Response<Body>, ClientError> {
        let (mut parts, body) = request.into_parts();
        if parts.extensions.get::<RawStream>().is_some() || parts.extensions.get::<Upgrade>().is_some() {
            let text = format!("{} carries requests and their responses, and nothing else", self.endpoint);
            return Err(ClientError::request(text));
        }
        parts.uri = self.absolute(parts.uri)?;
        let priority = self.dialer.transport.priority(parts.extensions.get().copied());
        let (first, rest) = Outgoing::request(&parts, &Scheme::HTTP, body);
        let mut start = Start { first, priority, rest: Some(rest) };
        let connected = self.line().await?;
        let error = match Call::begin(&connected.connection, &mut start).await {
            Ok(call) => match call.response().await {
                Err(error) if error.never_started() && !start.is_spent() => error,
                outcome => return outcome,
            },
            Err(error) => error,
        };
        // One that goes on to take calls refused this one for a reason that a fresh one would have, too.
        if !connected.connection.is_over() {
            return Err(error);
        }
        self.shared.give_up(&connected);
        Call::begin(&self.line().await?.connection, &mut start).await?.response().await
    }

    /// A link to somebody who is there.
    async fn line(&self) -> Result<Connected<Arc<Line<T>>>, ClientError> {
        let connected = self.shared.get(|| self.dialer.clone().dial()).await?;
        if !connected.connection.is_stale() {
            return Ok(connected);
        }
        self.shared.give_up(&connected);
        self.shared.get(|| self.dialer.clone().dial()).await
    }

    fn absolute(&self, uri: Uri) -> Result<Uri, ClientError> {
        let mut parts = uri.into_parts();
        parts.scheme.get_or_insert(Scheme::HTTP);
        parts.authority.get_or_insert_with(|| self.authority.clone());
        parts.path_and_query.get_or_insert_with(|| PathAndQuery::from_static("/"));
        Uri::from_parts(parts).map_err(ClientError::request)
    }
}

impl<T: Transport> Dialer<T> {
    /// Makes a link, and what drives it. Fails at once in the pause after a failure.
    async fn dial(self: Arc<Self>) -> Result<(Arc<Line<T>>, impl Future<Output = ()> + use<T>), ClientError> {
        self.backoff().check()?;
        let began = Instant::now();
        let limit = self.config.connect_timeout;
        let connected = match timeout(limit, self.transport.connect()).await {
            Ok(connected) => connected.map_err(|error| ClientError::no_connection(&self.endpoint, error)),
            Err(_) => Err(ClientError::connect_timeout(limit)),
        };
        let (inbox, outbox) = self.learn(began, connected)?;
        let config = layer::Config { window: WINDOW, most_calls: MOST_CALLS, silence: T::SILENCE };
        let address = inbox.address();
        // Nobody else can guess it, as little as the address.
        let client = RandomState::new().hash_one(&address);
        let calls = Calls::of_client(config, client, address);
        let head_limit = self.config.header_list as usize;
        let link = Arc::new(Link::new(calls, outbox, head_limit));
        let line = Line { link: link.clone(), places: Arc::new(Semaphore::new(MOST_CALLS)) };
        Ok((Arc::new(line), driver::drive(link, inbox)))
    }

    /// Looks whether somebody is there.
    fn prove(&self) -> Result<(), ClientError> {
        self.backoff().check()?;
        let began = Instant::now();
        let looked = self.transport.look();
        self.learn(began, looked.map_err(|error| ClientError::no_connection(&self.endpoint, error)))
    }

    /// Takes note of how an attempt went that began then.
    fn learn<R>(&self, began: Instant, result: Result<R, ClientError>) -> Result<R, ClientError> {
        let mut backoff = self.backoff();
        backoff.learn(began, result.as_ref().err(), &self.config);
        if result.is_ok() {
            backoff.good();
        }
        result
    }

    fn backoff(&self) -> MutexGuard<'_, Backoff> {
        self.backoff.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
