//! What a server is made of.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use polyrpc_transports::{Body, ServerConfig};
use tower_layer::{Identity, Layer};
use tower_service::Service;

use super::ServeError;
use super::bound::BoundServer;
use super::hosts::AllowedHosts;
use super::http::{HttpService, Mount, Shared};
use super::listen::Listen;
use crate::dispatch::{CallLayers, Dispatch, Invoke, Router};
use crate::http_layer::{BoxHttp, HttpLayer, erase};
#[cfg(feature = "grpc")]
use crate::protocol::grpc::Reflection;
#[cfg(feature = "xmlrpc")]
use crate::protocol::xmlrpc::Introspection;
use crate::protocol::{Host, Limits};
use crate::schema::{ServiceSchema, proto};

/// A server to be: services, listeners, layers and limits.
///
/// Every service is served over every protocol on every listener.
///
/// ```no_run
/// # async fn run(orders: impl polyrpc_core::Dispatch) -> Result<(), polyrpc_core::ServeError> {
/// use polyrpc_core::{Server, shutdown_signal};
///
/// let server = Server::new()
///     .service(orders)
///     .listen("tcp://127.0.0.1:0")
///     .listen("unix:shop.sock")
///     .bind()
///     .await?;
/// println!("{:?}", server.endpoints());
/// server.run_until(shutdown_signal()).await;
/// # Ok(()) }
/// ```
pub struct Server<L = Identity> {
    services: Vec<(&'static ServiceSchema, Arc<dyn Invoke>)>,
    listeners: Vec<Listen>,
    layers: L,
    http_layers: Vec<HttpLayer<Infallible>>,
    limits: Limits,
    allowed: AllowedHosts,
    mounts: Vec<Mount>,
    config: ServerConfig,
    #[cfg(feature = "grpc")]
    reflection: bool,
}

impl Server {
    /// A server without services and listeners.
    pub fn new() -> Server {
        Server {
            services: Vec::new(),
            listeners: Vec::new(),
            layers: Identity::new(),
            http_layers: Vec::new(),
            limits: Limits::default(),
            allowed: AllowedHosts::default(),
            mounts: Vec::new(),
            config: ServerConfig::new(),
            #[cfg(feature = "grpc")]
            reflection: true,
        }
    }
}

impl Default for Server {
    fn default() -> Server {
        Server::new()
    }
}

impl<L> Server<L> {
    /// Serves a service: the generated `OrdersServer::new(implementation)`.
    pub fn service(mut self, service: impl Dispatch) -> Server<L> {
        self.services.push((service.schema(), Arc::new(service)));
        self
    }

    /// Listens on a URL (`tcp://127.0.0.1:50051`, `unix:shop.sock`), an endpoint, or a socket that is bound
    /// already. What is wrong with it comes to light in [`bind`](Self::bind).
    pub fn listen(mut self, listen: impl Into<Listen>) -> Server<L> {
        self.listeners.push(listen.into());
        self
    }

    /// Puts a layer around every call: it sees each call of a batch, its method, its context, and its arguments
    /// before they are decoded. The first layer added is the outermost.
    pub fn layer<N>(self, layer: N) -> Server<tower_layer::Stack<N, L>> {
        Server {
            services: self.services,
            listeners: self.listeners,
            layers: tower_layer::Stack::new(layer, self.layers),
            http_layers: self.http_layers,
            limits: self.limits,
            allowed: self.allowed,
            mounts: self.mounts,
            config: self.config,
            #[cfg(feature = "grpc")]
            reflection: self.reflection,
        }
    }

    /// Puts a layer around every HTTP request, whichever its protocol: any of tower-http's, say. The first layer
    /// added is the outermost.
    pub fn http_layer<N, B>(mut self, layer: N) -> Server<L>
    where
        N: Layer<BoxHttp<Infallible>> + Send + Sync + 'static,
        N::Service: Service<Request<Body>, Response = Response<B>, Error = Infallible>
            + Clone
            + Send
            + Sync
            + 'static,
        <N::Service as Service<Request<Body>>>::Future: Send + 'static,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.http_layers.push(erase(layer));
        self
    }

    /// Serves a tonic service beside ours: all requests whose path begins with its name go there.
    #[cfg(feature = "tonic")]
    pub fn tonic_service<S>(mut self, service: S) -> Server<L>
    where
        S: Service<Request<tonic::body::Body>, Response = Response<tonic::body::Body>, Error = Infallible>
            + tonic::server::NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        let prefix = format!("/{}/", S::NAME);
        self.mounts.push(Mount { prefix, service: crate::tonic::mounted(service) });
        self
    }

    /// The largest message in bytes, decoded and decompressed; 4 MiB by default. A larger one is
    /// `RESOURCE_EXHAUSTED`, over JSON-RPC and XML-RPC with HTTP 413.
    pub fn message_limit(mut self, bytes: usize) -> Server<L> {
        self.limits.message = bytes;
        self
    }

    /// The most calls in one JSON-RPC batch; 1 000 by default.
    pub fn batch_limit(mut self, calls: usize) -> Server<L> {
        self.limits.batch = calls;
        self
    }

    /// The most calls in one `system.multicall`; 1 000 by default.
    pub fn multicall_limit(mut self, calls: usize) -> Server<L> {
        self.limits.multicall = calls;
        self
    }

    /// Whether gRPC clients may ask for the services and their types, by which grpcurl works without a `.proto`; on
    /// by default. Layers see the beginning of each such stream as a call of reflection's own method.
    #[cfg(feature = "grpc")]
    pub fn reflection(mut self, on: bool) -> Server<L> {
        self.reflection = on;
        self
    }

    /// Lets requests for this host name in on loopback listeners, beside those that name the listener: the
    /// guard against pages that make a browser call a local server. gRPC and Unix sockets are not guarded.
    pub fn allowed_host(mut self, host: impl Into<String>) -> Server<L> {
        self.allowed.add(host.into());
        self
    }

    /// How long calls in flight may take to end once the server stops; 30 s by default.
    pub fn drain(mut self, duration: Duration) -> Server<L> {
        self.config = self.config.drain(duration);
        self
    }

    /// The limits that connections are held to.
    pub fn connections(mut self, config: ServerConfig) -> Server<L> {
        self.config = config;
        self
    }
}

impl<L: CallLayers> Server<L> {
    /// Binds every listener; from then on connections are accepted by the kernel, and [`BoundServer`] tells
    /// the endpoints.
    ///
    /// # Errors
    ///
    /// An endpoint that means nothing or cannot be listened on, two services that claim one name, and two types that
    /// do ([`SchemaError`](crate::schema::proto::SchemaError)).
    pub async fn bind(mut self) -> Result<BoundServer, ServeError> {
        let listeners = std::mem::take(&mut self.listeners);
        let http_layers = std::mem::take(&mut self.http_layers);
        let config = raw_streams(self.config.clone());
        let service = self.into_service()?;
        let mut bound = Vec::with_capacity(listeners.len());
        for listen in listeners {
            bound.push(listen.bind().await?);
        }
        Ok(BoundServer::new(service, http_layers, bound, config))
    }

    /// The services as a `tower` service, to be mounted in somebody else's HTTP server (an axum router, say).
    /// Listeners, HTTP layers and connection limits are that server's own.
    ///
    /// # Errors
    ///
    /// Two services that claim one name, and two types that do.
    pub fn into_service(self) -> Result<HttpService, ServeError> {
        let mut router = Router::default();
        for (schema, target) in &self.services {
            router.add(schema, &self.layers.wrap(target.clone())).map_err(ServeError::names)?;
        }
        #[cfg_attr(
            not(feature = "grpc"),
            expect(unused_variables, reason = "two types of one name are refused")
        )]
        let files = proto::files(router.services()).map_err(ServeError::schema)?;
        let router = Arc::new(router);
        #[cfg(any(feature = "grpc", feature = "xmlrpc"))]
        let wrap = |target| self.layers.wrap(target);
        let host = Arc::new(Host {
            limits: self.limits,
            #[cfg(feature = "grpc")]
            reflection: self.reflection.then(|| Reflection::new(&files, &wrap)),
            #[cfg(feature = "xmlrpc")]
            introspection: Introspection::new(router.clone(), &wrap),
            router,
        });
        Ok(HttpService(Arc::new(Shared { host, allowed: self.allowed, mounts: self.mounts })))
    }
}

/// Has connections that begin as a raw stream does taken for one.
fn raw_streams(config: ServerConfig) -> ServerConfig {
    #[cfg(feature = "jsonrpc")]
    let config = crate::protocol::jsonrpc::session::PREFIXES
        .into_iter()
        .fold(config, |config, (prefix, content_type)| config.raw_stream(prefix, content_type));
    config
}

impl<L> fmt::Debug for Server<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let services = self.services.iter().map(|(schema, _)| schema.full_name).collect::<Vec<_>>();
        f.debug_struct("Server")
            .field("services", &services)
            .field("listeners", &self.listeners)
            .finish_non_exhaustive()
    }
}
