//! The options of a channel.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use polyrpc_transports::{Body, ClientConfig, ClientError, Endpoint, EndpointError};
use tower_layer::{Identity, Layer};
use tower_service::Service;

use super::channel::{Channel, Defaults};
use super::connect::{Connection, Options, Proof, connect};
use crate::compression::Compression;
use crate::dispatch::{CallLayers, Dispatch, Invoke, Layered, Router};
use crate::http_layer::{BoxHttp, HttpLayer, erase};
use crate::metadata::InvalidMetadata;
use crate::protocol::Framing;
use crate::schema::ServiceSchema;
use crate::status::Status;

/// A channel to be, with options of its own: made by [`Channel::builder`] and [`Channel::local_builder`].
///
/// ```no_run
/// # async fn run() -> Result<(), polyrpc_core::Status> {
/// use std::time::Duration;
/// use polyrpc_core::Channel;
///
/// let channel = Channel::builder("jsonrpc+tcp://127.0.0.1:50051")
///     .deadline(Duration::from_secs(5))
///     .metadata("x-tenant", "7")
///     .concurrency(64)
///     .lazy()?;
/// # Ok(()) }
/// ```
pub struct ChannelBuilder<L = Identity> {
    target: Target,
    layers: L,
    defaults: Defaults,
    concurrency: Option<usize>,
    options: Options,
    config: ClientConfig,
    http_layers: Vec<HttpLayer<ClientError>>,
    services: Vec<Offered>,
    invalid: Option<InvalidMetadata>,
}

/// A service that the server may call.
type Offered = (&'static ServiceSchema, Arc<dyn Invoke>);

/// Where the calls of a channel go.
enum Target {
    Endpoint(std::result::Result<Endpoint, EndpointError>),
    Local(Arc<dyn Invoke>, Box<dyn Framing>),
}

impl ChannelBuilder {
    fn to(target: Target) -> ChannelBuilder {
        ChannelBuilder {
            target,
            layers: Identity::new(),
            defaults: Defaults::default(),
            concurrency: None,
            options: Options::default(),
            config: ClientConfig::new(),
            http_layers: Vec::new(),
            services: Vec::new(),
            invalid: None,
        }
    }

    pub(super) fn endpoint(endpoint: std::result::Result<Endpoint, EndpointError>) -> ChannelBuilder {
        ChannelBuilder::to(Target::Endpoint(endpoint))
    }

    pub(super) fn local(service: Arc<dyn Invoke>, framing: Box<dyn Framing>) -> ChannelBuilder {
        ChannelBuilder::to(Target::Local(service, framing))
    }
}

impl<L> ChannelBuilder<L> {
    /// The deadline of calls that have none; 30 s by default.
    pub fn deadline(mut self, duration: Duration) -> ChannelBuilder<L> {
        self.defaults.deadline = Some(duration);
        self
    }

    /// Calls that say nothing of a deadline have none.
    pub fn no_deadline(mut self) -> ChannelBuilder<L> {
        self.defaults.deadline = None;
        self
    }

    /// Sends a pair of metadata with every call. One that cannot be sent comes to light when the channel is made.
    pub fn metadata(mut self, key: &str, value: &str) -> ChannelBuilder<L> {
        if let Err(invalid) = self.defaults.metadata.append(key, value) {
            self.invalid.get_or_insert(invalid);
        }
        self
    }

    /// The most calls in flight at once; further ones wait. No limit by default.
    pub fn concurrency(mut self, calls: usize) -> ChannelBuilder<L> {
        self.concurrency = Some(calls);
        self
    }

    /// The largest message in bytes that is read; 4 MiB by default.
    pub fn message_limit(mut self, bytes: usize) -> ChannelBuilder<L> {
        self.options.message_limit = bytes;
        self
    }

    /// Compresses requests unless a call says otherwise, where the protocol can (gRPC).
    pub fn compress(mut self, compress: bool) -> ChannelBuilder<L> {
        self.options.compress = compress;
        self
    }

    /// How requests are compressed that are; with gzip by default.
    pub fn compression(mut self, compression: Compression) -> ChannelBuilder<L> {
        self.options.compression = compression;
        self
    }

    /// Sends JSON-RPC parameters by position, for servers that do not know them by name.
    pub fn positional(mut self, positional: bool) -> ChannelBuilder<L> {
        self.options.positional = positional;
        self
    }

    /// Whether the XML-RPC server knows the extensions nil and i8; true by default. For one that does not, None
    /// is sent as an empty string, and an integer beyond 32 bits is refused.
    pub fn xml_extensions(mut self, known: bool) -> ChannelBuilder<L> {
        self.options.xml_extensions = known;
        self
    }

    /// How connections are made and kept.
    pub fn connections(mut self, config: ClientConfig) -> ChannelBuilder<L> {
        self.config = config;
        self
    }

    /// A service of ours that the server may call on the connection by which it is called; its handlers reach it by
    /// [`Context::caller`](crate::Context::caller). JSON-RPC only, where all calls of the channel go over one session
    /// then: a raw stream, a WebSocket, or within the process one request of lines. They are served for as long as the
    /// channel, or a stream of its, lives.
    pub fn service(mut self, service: impl Dispatch) -> ChannelBuilder<L> {
        self.services.push((service.schema(), Arc::new(service)));
        self
    }

    /// Puts a layer around every call. The first layer added is the outermost.
    pub fn layer<N>(self, layer: N) -> ChannelBuilder<tower_layer::Stack<N, L>> {
        ChannelBuilder {
            target: self.target,
            layers: tower_layer::Stack::new(layer, self.layers),
            defaults: self.defaults,
            concurrency: self.concurrency,
            options: self.options,
            config: self.config,
            http_layers: self.http_layers,
            services: self.services,
            invalid: self.invalid,
        }
    }

    /// Puts a layer around every HTTP request. The first layer added is the outermost. A local channel has no HTTP.
    pub fn http_layer<N, B>(mut self, layer: N) -> ChannelBuilder<L>
    where
        N: Layer<BoxHttp<ClientError>> + Send + Sync + 'static,
        N::Service: Service<Request<Body>, Response = Response<B>, Error = ClientError>
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
}

impl<L: CallLayers> ChannelBuilder<L> {
    /// The channel, with one connection proved.
    ///
    /// # Errors
    ///
    /// `INVALID_ARGUMENT` for an endpoint or an option that means nothing, `UNAVAILABLE` when nobody answers.
    pub async fn connect(self) -> Result<Channel, Status> {
        let (channel, proof) = self.build()?;
        if let Some(proof) = proof {
            proof.await?;
        }
        Ok(channel)
    }

    /// The channel; it connects at the first call.
    ///
    /// # Errors
    ///
    /// `INVALID_ARGUMENT` for an endpoint or an option that means nothing.
    pub fn lazy(self) -> Result<Channel, Status> {
        self.build().map(|(channel, _)| channel)
    }

    fn build(mut self) -> Result<(Channel, Option<Proof>), Status> {
        if let Some(invalid) = self.invalid {
            return Err(Status::invalid_argument(invalid.to_string()));
        }
        let services = std::mem::take(&mut self.services);
        if !services.is_empty() {
            self.options.router = Some(Arc::new(router(services)?));
        }
        let (name, target, framing, proof) = match self.target {
            Target::Local(..) if self.options.router.is_some() => {
                return Err(Status::invalid_argument("a local channel has no connection to be called on"));
            }
            Target::Local(target, framing) => ("local".to_owned(), target, framing, None),
            Target::Endpoint(endpoint) => {
                let endpoint = endpoint
                    .map_err(|error| Status::invalid_argument(error.to_string()).with_source(error))?;
                let Connection { target, framing, proof } = connect(
                    &endpoint,
                    &self.options,
                    &self.defaults.metadata,
                    self.config,
                    &self.http_layers,
                )?;
                (endpoint.to_string(), target, framing, Some(proof))
            }
        };
        let target = Layered::new(&self.layers).around(target);
        Ok((Channel::assemble(name, target, framing, self.defaults, self.concurrency), proof))
    }
}

/// All names by which the services' methods are called.
fn router(services: Vec<Offered>) -> Result<Router, Status> {
    let mut router = Router::default();
    for (schema, target) in services {
        router.add(schema, &target).map_err(|error| Status::invalid_argument(error.to_string()))?;
    }
    Ok(router)
}

impl<L> fmt::Debug for ChannelBuilder<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelBuilder").field("defaults", &self.defaults).finish_non_exhaustive()
    }
}
