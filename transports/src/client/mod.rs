//! The calling end: one client for every transport.

#[cfg(any(feature = "_stream", feature = "_message"))]
mod backoff;
mod config;
mod error;
#[cfg(any(feature = "_stream", feature = "_message"))]
mod shared;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
#[cfg(any(feature = "_stream", feature = "_message", feature = "mem"))]
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response, Version};
use tower_service::Service;

use crate::{Body, Endpoint};

#[cfg(any(feature = "_stream", feature = "_message"))]
pub(crate) use self::backoff::Backoff;
pub use self::config::ClientConfig;
pub use self::error::ClientError;
#[cfg(any(feature = "_stream", feature = "_message"))]
pub(crate) use self::shared::{Connected, Shared};

/// A client of one endpoint: cheap to clone, and all clones share its connections.
///
/// The request's version chooses the engine: [`HTTP_2`](http::Version::HTTP_2) goes over one multiplexed connection,
/// anything else over a pool of HTTP/1.1 connections. A request needs a path only; scheme, authority and `Host` come
/// from the endpoint. A child process (`exec:`) is one connection, of HTTP/2, whatever the version. A call that provably never started is tried once more on a fresh connection, unless its body is
/// a stream; a lost connection fails every call on it at once. Dropping a call's future cancels the call.
///
/// ```no_run
/// # #[cfg(feature = "tcp")]
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use polyrpc_transports::{Body, ClientConfig, Endpoint, HttpClient};
/// let endpoint: Endpoint = "tcp://localhost:8080".parse()?;
/// let client = HttpClient::new(&endpoint, ClientConfig::new())?;
/// client.ready(http::Version::HTTP_11).await?;
/// let response = client.send(http::Request::post("/").body(Body::from("hello"))?).await?;
/// let data = response.into_body().collect(1 << 20).await?.data;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct HttpClient {
    inner: Inner,
}

#[derive(Clone)]
enum Inner {
    #[cfg(feature = "_stream")]
    Stream(Arc<crate::stream::http::client::Client>),
    #[cfg(feature = "mem")]
    Mem(Arc<crate::message::mem::Client>),
    #[cfg(all(target_os = "linux", feature = "posix-mq"))]
    PosixMq(Arc<crate::message::client::Client<crate::message::posix_mq::PosixMq>>),
}

/// What [`HttpClient`] returns as a [`Service`].
pub type ResponseFuture = Pin<Box<dyn Future<Output = Result<Response<Body>, ClientError>> + Send>>;

impl HttpClient {
    /// A client that connects when it is first used.
    ///
    /// # Errors
    /// A transport that this build cannot call, and certificates that cannot be read.
    #[cfg_attr(
        not(any(feature = "_stream", feature = "_message")),
        expect(unused_variables, reason = "no transport")
    )]
    pub fn new(endpoint: &Endpoint, config: ClientConfig) -> Result<Self, ClientError> {
        match endpoint.transport() {
            #[cfg(feature = "mem")]
            "mem" => crate::message::mem::Client::new(endpoint).map(Inner::Mem),
            #[cfg(all(target_os = "linux", feature = "posix-mq"))]
            "posix-mq" => crate::message::posix_mq::PosixMq::new(endpoint)
                .map_err(|error| ClientError::no_connection(endpoint, error))
                .and_then(|transport| crate::message::client::Client::new(endpoint, transport, config))
                .map(Inner::PosixMq),
            #[cfg(feature = "_stream")]
            _ => crate::stream::http::client::Client::new(endpoint, config).map(Inner::Stream),
            #[cfg(not(feature = "_stream"))]
            other => Err(ClientError::connect(format!("transport {other} cannot be called"))),
        }
        .map(|inner| Self { inner })
    }

    /// Proves that the endpoint can be reached: makes one connection, and keeps it for the first call of that version,
    /// on which the two ends of a TLS connection agree beforehand.
    ///
    /// # Errors
    /// Why there is no connection ([`ClientError::is_connect`]).
    pub async fn ready(&self, version: Version) -> Result<(), ClientError> {
        match self.inner {
            #[cfg(feature = "_stream")]
            Inner::Stream(ref client) => client.ready(version).await,
            #[cfg(feature = "mem")]
            Inner::Mem(ref client) => client.ready(),
            #[cfg(all(target_os = "linux", feature = "posix-mq"))]
            Inner::PosixMq(ref client) => client.ready(),
        }
    }

    /// Sends a request and waits for the head of its response. The same as [`Service::call`], without a box.
    ///
    /// # Errors
    /// No connection, a lost one, or a request that the peer gave up. Any HTTP status is a response.
    #[cfg_attr(
        not(any(feature = "_stream", feature = "_message", feature = "mem")),
        expect(unused_variables, reason = "no transport")
    )]
    pub async fn send(self, request: Request<Body>) -> Result<Response<Body>, ClientError> {
        match self.inner {
            #[cfg(feature = "_stream")]
            Inner::Stream(client) => client.send(request).await,
            #[cfg(feature = "mem")]
            Inner::Mem(client) => client.send(request).await,
            #[cfg(all(target_os = "linux", feature = "posix-mq"))]
            Inner::PosixMq(client) => client.send(request).await,
        }
    }
}

impl Service<Request<Body>> for HttpClient {
    type Response = Response<Body>;
    type Error = ClientError;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ClientError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> ResponseFuture {
        Box::pin(self.clone().send(request))
    }
}

impl fmt::Debug for HttpClient {
    #[cfg_attr(
        not(any(feature = "_stream", feature = "_message", feature = "mem")),
        expect(unused_variables, reason = "no transport")
    )]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.inner {
            #[cfg(feature = "_stream")]
            Inner::Stream(ref client) => f.debug_tuple("HttpClient").field(client.endpoint()).finish(),
            #[cfg(feature = "mem")]
            Inner::Mem(ref client) => f.debug_tuple("HttpClient").field(client.endpoint()).finish(),
            #[cfg(all(target_os = "linux", feature = "posix-mq"))]
            Inner::PosixMq(ref client) => f.debug_tuple("HttpClient").field(client.endpoint()).finish(),
        }
    }
}
