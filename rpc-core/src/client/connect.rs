//! From an endpoint to what carries calls there: the one place where a client's protocol is chosen.

use std::sync::Arc;

use http::Version;
use polyrpc_transports::{ClientConfig, ClientError, Endpoint, HttpClient};

use crate::compression::Compression;
use crate::dispatch::Invoke;
use crate::http_layer::{BoxHttp, HttpLayer, stack};
use crate::protocol::{ClientProtocol, Framing, MESSAGE_LIMIT, Remote, told};
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
}

impl Default for Options {
    fn default() -> Options {
        Options {
            message_limit: MESSAGE_LIMIT,
            compress: false,
            compression: Compression::default(),
            positional: false,
            xml_extensions: true,
        }
    }
}

/// What a channel needs of its endpoint.
pub(super) struct Connection {
    pub(super) target: Arc<dyn Invoke>,
    pub(super) framing: Box<dyn Framing>,
    pub(super) http: HttpClient,
    /// What its requests are made of.
    pub(super) version: Version,
}

/// Assembles protocol and transport; nothing is sent yet.
pub(super) fn connect(
    endpoint: &Endpoint,
    options: &Options,
    config: ClientConfig,
    layers: &[HttpLayer<ClientError>],
) -> Result<Connection, Status> {
    let name = endpoint.protocol().unwrap_or(Protocol::Grpc.name());
    let http = HttpClient::new(endpoint, config)
        .map_err(|error| Status::invalid_argument(told(&error)).with_source(error))?;
    match Protocol::from_name(name) {
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
            let client =
                Client::new(options.message_limit, endpoint.path(), options.positional, way, shared)?;
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
        // All of a child's calls share its one connection, and there is nothing to upgrade within a process.
        (None, "exec" | "mem") => (Way::Request, false),
        (None, _) => (Way::WebSocket, false),
    })
}

fn assemble<P: ClientProtocol>(
    protocol: P,
    http: HttpClient,
    layers: &[HttpLayer<ClientError>],
) -> Connection {
    let protocol = Arc::new(protocol);
    let target: Arc<dyn Invoke> = match layers.is_empty() {
        // No layers, no box.
        true => Arc::new(Remote::new(protocol.clone(), http.clone())),
        false => Arc::new(Remote::new(protocol.clone(), stack(BoxHttp::new(http.clone()), layers))),
    };
    Connection { target, framing: Box::new(protocol), http, version: P::VERSION }
}
