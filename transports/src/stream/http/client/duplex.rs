//! Connections that carry something else than requests and replies.

use std::sync::Arc;

use ::http::header::{CONNECTION, UPGRADE};
use ::http::{HeaderValue, Request, Response, StatusCode};
use bytes::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;

use super::super::duplex::{Limits, open, say};
use super::super::io::Io;
use super::dial::Dialer;
use crate::stream::Engine;
use crate::{Body, ClientConfig, ClientError, Upgrade};

/// Makes a connection of its own for the body of a request, and gives what arrives on it.
pub(super) async fn raw(dialer: &Dialer, request: Request<Body>) -> Result<Response<Body>, ClientError> {
    let socket = dialer.dial(Engine::Raw).await?;
    Ok(Response::new(exchange(Io::new(socket, Bytes::new(), Arc::default()), request.into_body())))
}

/// Makes an HTTP/1.1 connection of its own and upgrades it. A server that does not agree answers as to any request.
pub(super) async fn upgrade(
    dialer: &Dialer,
    config: &ClientConfig,
    request: Request<Body>,
    upgrade: &Upgrade,
) -> Result<Response<Body>, ClientError> {
    let socket = dialer.dial(Engine::Http1).await?;
    let io = TokioIo::new(Io::new(socket, Bytes::new(), Arc::default()));
    let mut builder = http1::Builder::new();
    builder.max_header_size(config.header_list as usize);
    let (mut send, engine) = builder.handshake(io).await.map_err(ClientError::connect)?;
    // What it fails of, the request learns by itself.
    tokio::spawn(engine.with_upgrades());
    let (mut head, body) = request.into_parts();
    let protocol = HeaderValue::try_from(upgrade.protocol()).map_err(ClientError::request)?;
    head.headers.insert(UPGRADE, protocol);
    head.headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    let mut response = send.send_request(Request::from_parts(head, Body::Empty)).await.map_err(|error| {
        if error.is_parse() { ClientError::protocol(error) } else { ClientError::lost(error) }
    })?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Ok(response.map(Body::stream));
    }
    let upgraded = hyper::upgrade::on(&mut response).await.map_err(ClientError::lost)?;
    let parts =
        upgraded.downcast::<TokioIo<Io>>().map_err(|_| ClientError::protocol("no connection to upgrade"))?;
    let arriving = exchange(parts.io.into_inner().after(parts.read_buf), body);
    Ok(response.map(|_| arriving))
}

/// Sends a body in a task of its own, and gives the one that arrives.
fn exchange(io: Io, body: Body) -> Body {
    let (arriving, write) = open(io);
    tokio::spawn(say(write, body, Limits::of_client()));
    Body::Stream(Box::pin(arriving))
}
