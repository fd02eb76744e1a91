//! One multiplexed HTTP/2 connection, made anew when it is lost.

mod exchange;

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;

use ::http::{Request, Response};
use bytes::Bytes;
use h2::client::SendRequest;

use self::exchange::exchange;
use super::super::ahead::{Ahead, FRAME_BUDGET};
use super::super::io::{Io, Traffic};
use super::dial::Dialer;
use crate::client::{Connected, Shared};
use crate::stream::Engine;
use crate::{Body, ClientConfig, ClientError};

/// Bytes of one frame that the server may send. Larger than the least (16 KiB), because each frame of a large body
/// costs.
const MAX_FRAME: u32 = 64 * 1024;

/// The connection that all calls share.
pub(super) struct Multiplexed {
    dialer: Arc<Dialer>,
    config: ClientConfig,
    shared: Arc<Shared<Connection>>,
}

#[derive(Clone)]
struct Connection {
    send: SendRequest<Bytes>,
    ahead: Ahead,
}

impl Multiplexed {
    pub(super) fn new(dialer: Arc<Dialer>, config: ClientConfig) -> Self {
        Self { dialer, config, shared: Shared::new() }
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Result<Response<Body>, ClientError> {
        let (head, replay) = (copy_head(&request), request.body().replay());
        let connected = self.connected().await?;
        let failed = match exchange(connected.connection.clone(), request).await {
            Err(failed) if failed.error.never_started() => failed,
            result => return result.map_err(|failed| failed.error),
        };
        self.shared.give_up(&connected);
        match failed.untouched.or(replay) {
            Some(body) => {
                let again = exchange(self.connected().await?.connection, head.map(|()| body)).await;
                again.map_err(|failed| failed.error)
            }
            None => Err(failed.error),
        }
    }

    async fn connected(&self) -> Result<Connected<Connection>, ClientError> {
        self.shared.get(|| connect(self.dialer.clone(), self.config.clone())).await
    }
}

/// Makes a connection, and what drives it.
async fn connect(
    dialer: Arc<Dialer>,
    config: ClientConfig,
) -> Result<(Connection, impl Future<Output = ()>), ClientError> {
    let socket = dialer.dial(Engine::Http2).await?;
    let traffic = Arc::new(Traffic::default());
    let io = Io::new(socket, Bytes::new(), traffic.clone());
    let (send, connection) = builder(&config).handshake(io).await.map_err(ClientError::connect)?;
    let ahead = Ahead::default();
    Ok((Connection { send, ahead: ahead.clone() }, drive(connection, traffic, ahead)))
}

fn builder(config: &ClientConfig) -> h2::client::Builder {
    let mut builder = h2::client::Builder::new();
    builder
        .initial_window_size(config.stream_window)
        .initial_connection_window_size(config.connection_window)
        .max_frame_size(MAX_FRAME)
        .data_frame_budget(FRAME_BUDGET)
        .max_header_list_size(config.header_list)
        .max_local_error_reset_streams(None)
        .enable_push(false);
    builder
}

/// Runs a connection to its end. Its calls learn by themselves how it ended.
async fn drive(mut connection: h2::client::Connection<Io, Bytes>, traffic: Arc<Traffic>, ahead: Ahead) {
    poll_fn(|cx| {
        let polled = Pin::new(&mut connection).poll(cx);
        ahead.look(traffic.received());
        polled.map(drop)
    })
    .await;
}

/// The head of a request, to be sent a second time.
fn copy_head(request: &Request<Body>) -> Request<()> {
    let mut copy = Request::new(());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.version_mut() = request.version();
    *copy.headers_mut() = request.headers().clone();
    copy
}

#[cfg(test)]
mod tests;
