//! From an endpoint to what carries calls there: the one place where a client's protocol is chosen.

use std::pin::Pin;
use std::sync::Arc;

use polyrpc_transports::{ClientConfig, ClientError, Endpoint, HttpClient};

use crate::compression::Compression;
use crate::dispatch::{Invoke, Router};
use crate::http_layer::{BoxHttp, HttpLayer, stack};
use crate::metadata::Metadata;
use crate::protocol::{ClientProtocol, Framing, Http, MESSAGE_LIMIT, Remote, no_response, told};
use crate::schema::Protocol;
use crate::status::Status;

/// What the protocols want to know of a channel.
#[derive(Clone, Debug)]
pub(super) struct Options {
    pub(super) message_limit: usize,
    pub(super) compress: bool,
    pub(super) compression: Compression,
    pub(super) positional: bool,
    pub(super) xml_extensions: bool,
    /// What the server may call.
    pub(super) router: Option<Arc<Router>>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            message_limit: MESSAGE_LIMIT,
            compress: false,
            compression: Compression::default(),
            positional: false,
            xml_extensions: true,
            router: None,
        }
    }
}

/// What a channel needs of its endpoint.
pub(super) struct Connection {
    pub(super) target: Arc<dyn Invoke>,
    pub(super) framing: Box<dyn Framing>,
    /// Proves that there is somebody to call.
    pub(super) proof: Proof,
}

/// Resolves once a connection was made.
pub(super) type Proof = Pin<Box<dyn Future<Output = Result<(), Status>> + Send>>;

/// Assembles protocol and transport; nothing is sent yet.
pub(super) fn connect(
    endpoint: &Endpoint,
    options: &Options,
    metadata: &Metadata,
    config: ClientConfig,
    layers: &[HttpLayer<ClientError>],
) -> Result<Connection, Status> {
    let name = endpoint.protocol().unwrap_or(Protocol::Grpc.name());
    let protocol = Protocol::from_name(name);
    if protocol != Some(Protocol::JsonRpc) {
        only_jsonrpc(endpoint, name, options)?;
    }
    let http = HttpClient::new(endpoint, config)
        .map_err(|error| Status::invalid_argument(told(&error)).with_source(error))?;
    match protocol {
        #[cfg(feature = "grpc")]
        Some(Protocol::Grpc) => {
            use crate::protocol::grpc::client::Client;
            Ok(assemble(
                Client::new(options.message_limit, options.compress, options.compression),
                http,
                layers,
            ))
        }
        #[cfg(feature = "jsonrpc")]
        Some(Protocol::JsonRpc) => {
            use crate::protocol::jsonrpc::Client;
            let (way, shared) = way(endpoint)?;
            let router = options.router.clone();
            let (limit, positional) = (options.message_limit, options.positional);
            let client = Client::new(limit, endpoint.path(), positional, way, router, metadata, shared)?;
            Ok(assemble(client, http, layers))
        }
        #[cfg(feature = "xmlrpc")]
        Some(Protocol::XmlRpc) => {
            use crate::protocol::xmlrpc::{Client, DEFAULT_PATH};
            let path = endpoint.path_or(DEFAULT_PATH);
            let client = Client::new(options.message_limit, path, options.xml_extensions)?;
            Ok(assemble(client, http, layers))
        }
        #[cfg(not(all(feature = "grpc", feature = "jsonrpc", feature = "xmlrpc")))]
        Some(protocol) => Err(Status::invalid_argument(format!(
            "{endpoint}: {protocol} is not in this build: cargo add polyrpc -F {protocol}"
        ))),
        None => Err(Status::invalid_argument(format!(
            "{endpoint}: `{name}` is no protocol; there are {}",
            Protocol::ALL.map(Protocol::name).join(", ")
        ))),
    }
}

/// How sessions are opened, and whether all calls share one.
#[cfg(feature = "jsonrpc")]
fn way(endpoint: &Endpoint) -> Result<(crate::protocol::jsonrpc::session::Way, bool), Status> {
    use crate::protocol::jsonrpc::session::{Raw, Way};
    Ok(match (endpoint.option("framing"), endpoint.transport()) {
        (Some("newline"), _) => (Way::Raw(Raw::Newline), true),
        (Some("content-length"), _) => (Way::Raw(Raw::ContentLength), true),
        (Some("websocket"), _) => (Way::WebSocket, true),
        (Some(other), _) => {
            return Err(Status::invalid_argument(format!(
                "{endpoint}: `{other}` is no framing; there are newline, content-length and websocket"
            )));
        }
        // What others start as a child reads lines.
        (None, "exec") => (Way::Raw(Raw::Newline), true),
        // There is no connection to upgrade.
        (None, _) if !endpoint.properties().connections => (Way::Request, false),
        (None, _) => (Way::WebSocket, false),
    })
}

/// What means nothing to the other protocols.
fn only_jsonrpc(endpoint: &Endpoint, protocol: &str, options: &Options) -> Result<(), Status> {
    if endpoint.option("framing").is_some() {
        let text = format!("{endpoint}: {protocol} has one framing; `framing` is an option of jsonrpc");
        return Err(Status::invalid_argument(text));
    }
    if options.router.is_some() {
        let text =
            format!("{endpoint}: by {protocol} no server calls its client's services; by jsonrpc it does");
        return Err(Status::invalid_argument(text));
    }
    Ok(())
}

fn assemble<P: ClientProtocol>(
    protocol: P,
    http: HttpClient,
    layers: &[HttpLayer<ClientError>],
) -> Connection {
    let protocol = Arc::new(protocol);
    // No layers, no box.
    if layers.is_empty() {
        return connection(protocol, http.clone(), http);
    }
    let layered = stack(BoxHttp::new(http.clone()), layers);
    connection(protocol, layered, http)
}

fn connection<P: ClientProtocol>(protocol: Arc<P>, layered: impl Http, http: HttpClient) -> Connection {
    let (proves, over) = (protocol.clone(), layered.clone());
    let proof = Box::pin(async move {
        match proves.prove(&over).await? {
            true => Ok(()),
            false => http.ready(P::VERSION).await.map_err(no_response),
        }
    });
    Connection {
        target: Arc::new(Remote::new(protocol.clone(), layered)),
        framing: Box::new(protocol),
        proof,
    }
}
