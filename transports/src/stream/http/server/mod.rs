//! The serving end: accepts connections, tells their engine, and drains them at the end.

mod accept;
mod authority;
mod discard;
mod http1;
mod http2;
mod quiet;
mod raw;
mod sniff;
mod tasks;
mod unsent;
mod upgrade;

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use tokio::sync::watch;
use tokio::time::timeout;

use self::quiet::Quiet;
use self::sniff::Engine;
use super::io::{Io, Traffic};
use crate::ServerConfig;
use crate::server::{Handler, Stop};
use crate::stream::Socket;

pub(crate) use self::accept::serve;
pub(super) use self::authority::Authority;

/// What a connection's engine works with.
struct Connection<S> {
    io: Io,
    service: S,
    config: Arc<ServerConfig>,
    traffic: Arc<Traffic>,
    stop: Stop,
}

/// Serves one connection to its end.
async fn connection<S: Handler>(
    mut socket: Socket,
    service: S,
    config: Arc<ServerConfig>,
    stopped: watch::Receiver<bool>,
) {
    let mut stop = Stop::new(stopped);
    let Some((engine, ahead)) = sniff(&mut socket, &config, &mut stop).await else { return };
    let traffic = Arc::new(Traffic::default());
    let named_by_path = socket.is_named_by_path();
    let mut io = Io::new(socket, ahead, traffic.clone());
    if engine == Engine::Http2 && named_by_path {
        io = io.mending(Authority::default());
    }
    let connection = Connection { io, service, config, traffic, stop };
    match engine {
        Engine::Http1 => http1::serve(connection).await,
        Engine::Http2 => http2::serve(connection).await,
        Engine::Raw(content_type) => raw::serve(connection, content_type).await,
    }
}

/// The engine and what was read ahead. `None` if the peer says nothing for too long, or leaves, or the listener stops:
/// a connection that has not said anything has nothing to lose.
async fn sniff(
    socket: &mut Socket,
    config: &ServerConfig,
    stop: &mut Stop,
) -> Option<(Engine, bytes::Bytes)> {
    let mut sniffed = pin!(timeout(config.head_timeout, sniff::engine(socket, &config.raw)));
    poll_fn(|cx| match sniffed.as_mut().poll(cx) {
        Poll::Ready(Ok(Ok(sniffed))) => Poll::Ready(sniffed),
        Poll::Ready(_) => Poll::Ready(None),
        Poll::Pending => stop.poll(cx).map(|()| None),
    })
    .await
}
