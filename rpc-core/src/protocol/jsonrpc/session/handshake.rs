//! The opening of a WebSocket, in HTTP/1.1 ([RFC 6455, section 4.2](https://www.rfc-editor.org/rfc/rfc6455#section-4.2))
//! and in HTTP/2 ([RFC 8441](https://www.rfc-editor.org/rfc/rfc8441#section-5)).

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{
    CONNECTION, HeaderMap, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{Method, Request, Response, StatusCode};
use polyrpc_transports::{Body, Peer};
use tungstenite::handshake::derive_accept_key;

use super::answering;
use super::wire::{Framing, Role};
use crate::protocol::Host;
use crate::status::Status;

/// The version of the protocol that there is.
const VERSION: HeaderValue = HeaderValue::from_static("13");

/// Answers a request to become a WebSocket.
pub(crate) fn open(host: &Host, peer: Option<Arc<Peer>>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let mut response = match agreed(&head.method, &head.headers) {
        Ok(response) => response,
        Err((code, text)) => return refused(code, text),
    };
    if let Some(protocol) = subprotocol(&head.headers) {
        response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    let session = answering(host, peer, head.headers, Framing::WebSocket(Role::Server), body);
    response.map(|_| Body::stream(session.on_a_connection()))
}

/// The head of the response, or why there is no WebSocket.
fn agreed(method: &Method, headers: &HeaderMap) -> Result<Response<Body>, (StatusCode, &'static str)> {
    if headers.get(SEC_WEBSOCKET_VERSION) != Some(&VERSION) {
        return Err((StatusCode::UPGRADE_REQUIRED, "the version of a WebSocket is 13\n"));
    }
    let mut response = Response::new(Body::Empty);
    // In HTTP/2 there is nothing to prove: nothing else answers an extended CONNECT.
    if method == Method::CONNECT {
        return Ok(response);
    }
    let key = headers.get(SEC_WEBSOCKET_KEY).filter(|_| method == Method::GET);
    let key = key.ok_or((StatusCode::BAD_REQUEST, "a WebSocket is opened by GET with a key\n"))?;
    let accept = HeaderValue::try_from(derive_accept_key(key.as_bytes()))
        .map_err(|_| (StatusCode::BAD_REQUEST, "the key cannot be answered\n"))?;
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    response.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
    response.headers_mut().insert(SEC_WEBSOCKET_ACCEPT, accept);
    Ok(response)
}

/// Of the subprotocols that a client offers, the first that is JSON-RPC: a browser that offered some wants one.
fn subprotocol(headers: &HeaderMap) -> Option<HeaderValue> {
    let offers = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
    let mut names = offers.flat_map(|value| value.split(',').map(str::trim));
    let ours = names.find(|name| {
        let name = name.to_ascii_lowercase();
        name.starts_with("jsonrpc") || name.starts_with("json-rpc")
    });
    HeaderValue::try_from(ours?).ok()
}

/// Opens a WebSocket, for a call of `method` or for all: `said` is what is sent on it, and the body of the response is
/// what arrives.
#[cfg(feature = "client")]
pub(super) async fn ask(
    http: &impl crate::protocol::Http,
    method: Option<&'static crate::schema::MethodSchema>,
    uri: http::Uri,
    headers: &HeaderMap,
    said: Body,
) -> Result<Response<Body>, Status> {
    let key = STANDARD.encode(uuid::Uuid::new_v4().as_bytes());
    let accept = derive_accept_key(key.as_bytes());
    let mut request = Request::new(said);
    *request.uri_mut() = uri;
    *request.headers_mut() = headers.clone();
    request.headers_mut().insert(SEC_WEBSOCKET_VERSION, VERSION);
    if let Ok(key) = HeaderValue::try_from(key) {
        request.headers_mut().insert(SEC_WEBSOCKET_KEY, key);
    }
    request.extensions_mut().insert(polyrpc_transports::Upgrade::to("websocket"));
    let response = http.send(method, request).await?;
    let answered = response.headers().get(SEC_WEBSOCKET_ACCEPT).map(HeaderValue::as_bytes);
    match response.status() {
        StatusCode::SWITCHING_PROTOCOLS if answered != Some(accept.as_bytes()) => {
            Err(Status::internal("the server did not answer the key of the WebSocket"))
        }
        _ => Ok(response),
    }
}

fn refused(code: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = code;
    if code == StatusCode::UPGRADE_REQUIRED {
        response.headers_mut().insert(SEC_WEBSOCKET_VERSION, VERSION);
    }
    response
}
