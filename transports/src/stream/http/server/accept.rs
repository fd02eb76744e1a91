//! The accept loop, and the end of it.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Sleep;

use super::connection;
use crate::server::Handler;
use crate::stream::{Accepted, Bound};
use crate::{Peer, ServerConfig};

/// How long to wait after the system refused a connection, mostly for want of descriptors: long enough to cost no
/// CPU, short enough to be back when one is free.
const PAUSE: Duration = Duration::from_millis(100);

/// How long the one peer of a pipe may be silent: it lives and dies with us.
const FOR_EVER: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// Serves until `stop` resolves, or no connection is left and none can come; then drains.
pub(crate) async fn serve<M, S>(
    mut bound: Bound,
    make: M,
    mut config: ServerConfig,
    stop: impl Future<Output = ()>,
) where
    M: Fn(&Arc<Peer>) -> S + Send + Sync + 'static,
    S: Handler,
{
    if bound.is_for_one() {
        config = config.head_timeout(FOR_EVER).idle(FOR_EVER);
    }
    let (make, config) = (Arc::new(make), Arc::new(config));
    let (stopping, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    let mut pause = None;
    loop {
        let next = poll_fn(|cx| {
            if stop.as_mut().poll(cx).is_ready() {
                return Poll::Ready(None);
            }
            while let Poll::Ready(Some(_)) = connections.poll_join_next(cx) {}
            if bound.is_over() && connections.is_empty() {
                return Poll::Ready(None);
            }
            poll_accept(&mut bound, &mut pause, cx).map(Some)
        });
        let Some(accepted) = next.await else { break };
        if connections.len() < config.connections {
            connections.spawn(connection(accepted, make.clone(), config.clone(), stopped.clone()));
        }
    }
    drop(bound);
    drop(stopped);
    stopping.send_replace(true);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(config.drain, drained).await.is_err() {
        connections.shutdown().await;
    }
}

/// The next connection that is worth serving.
fn poll_accept(
    bound: &mut Bound,
    pause: &mut Option<Pin<Box<Sleep>>>,
    cx: &mut Context<'_>,
) -> Poll<Accepted> {
    loop {
        if let Some(sleep) = pause {
            std::task::ready!(sleep.as_mut().poll(cx));
            *pause = None;
        }
        match std::task::ready!(bound.poll_accept(cx)) {
            Ok(accepted) => return Poll::Ready(accepted),
            Err(error) if is_about_the_peer(&error) => {}
            Err(_) => *pause = Some(Box::pin(tokio::time::sleep(PAUSE))),
        }
    }
}

/// Whether this one connection failed, and the next may do better at once.
fn is_about_the_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted, PermissionDenied};
    matches!(error.kind(), ConnectionAborted | ConnectionReset | Interrupted | PermissionDenied)
}
