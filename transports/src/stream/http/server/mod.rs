//! The serving end: accepts connections, tells their engine, and drains them at the end.

mod accept;
mod authority;
mod discard;
mod http1;
mod http2;
mod quiet;
mod raw;
mod sniff;
mod unsent;
mod upgrade;

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use self::quiet::Quiet;
use self::sniff::Speech;
use super::io::{Io, Traffic};
use crate::server::{Handler, Stop};
use crate::stream::{Accepted, Engine};
use crate::{Peer, ServerConfig};

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
async fn connection<M, S>(
    accepted: Accepted,
    make: Arc<M>,
    config: Arc<ServerConfig>,
    stopped: watch::Receiver<bool>,
) where
    M: Fn(&Arc<Peer>) -> S,
    S: Handler,
{
    let mut stop = Stop::new(stopped);
    let limit = config.head_timeout;
    let Some(Ok((mut socket, peer))) = before(accepted.establish(), limit, &mut stop).await else { return };
    let service = make(&Arc::new(peer));
    let sniffed = before(sniff::speech(&mut socket, &config.raw), limit, &mut stop).await;
    let Some(Ok(Some((speech, ahead)))) = sniffed else { return };
    let traffic = Arc::new(Traffic::default());
    let named_by_path = socket.is_named_by_path();
    let mut io = Io::new(socket, ahead, traffic.clone());
    if speech == Speech::Http(Engine::Http2) && named_by_path {
        io = io.mending(Authority::default());
    }
    let connection = Connection { io, service, config, traffic, stop };
    match speech {
        Speech::Http(Engine::Http2) => http2::serve(connection).await,
        Speech::Http(_) => http1::serve(connection).await,
        Speech::Raw(content_type) => raw::serve(connection, content_type).await,
    }
}

/// What comes before the first request. `None` if the peer takes too long, or the listener stops: a connection that has
/// not said anything has nothing to lose.
async fn before<T>(work: impl Future<Output = T>, limit: Duration, stop: &mut Stop) -> Option<T> {
    let mut work = pin!(timeout(limit, work));
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(done.ok()),
        Poll::Pending => stop.poll(cx).map(|()| None),
    })
    .await
}
