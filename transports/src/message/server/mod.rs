//! The serving end: one link for each client, in a task of its own.

mod client;
mod exchange;
mod reception;

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;

use tokio::task::JoinSet;
use tokio::time::timeout;

use self::reception::{Reception, Why};
use super::transport::Transport;
use crate::server::Handler;
use crate::{Peer, ServerConfig};

/// An address that was taken.
#[derive(Debug)]
pub(crate) struct Bound<T: Transport> {
    transport: Arc<T>,
    inbox: T::Inbox,
}

/// Takes the address of an endpoint.
pub(crate) async fn bind<T: Transport>(transport: T) -> io::Result<Bound<T>> {
    let inbox = transport.listen().await?;
    Ok(Bound { transport: Arc::new(transport), inbox })
}

impl<T: Transport> Bound<T> {
    /// Serves until `stop`, then drains. Where the address comes to mean another, or nobody, it is taken anew, while the
    /// calls that came by the old one go on.
    pub(crate) async fn serve<M, S>(self, make: M, config: ServerConfig, stop: impl Future<Output = ()>)
    where
        M: Fn(&Arc<Peer>) -> S + Send + Sync + 'static,
        S: Handler,
    {
        let Self { transport, inbox } = self;
        let (make, config) = (Arc::new(make), Arc::new(config));
        let begin = |inbox| Reception::new(transport.clone(), inbox, make.clone(), config.clone());
        let mut reception = begin(inbox);
        let mut draining = JoinSet::new();
        let mut stop = pin!(stop);
        while let Why::Lost = reception.run(stop.as_mut()).await {
            while draining.try_join_next().is_some() {}
            match transport.listen().await {
                Ok(inbox) => {
                    tracing::warn!("the address was lost, and taken anew");
                    let mut old = std::mem::replace(&mut reception, begin(inbox));
                    draining.spawn(async move { old.drain().await });
                }
                Err(error) => {
                    tracing::warn!(%error, "the address was lost, and cannot be taken anew yet");
                }
            }
        }
        let drained = async {
            reception.drain().await;
            while draining.join_next().await.is_some() {}
        };
        if timeout(config.drain, drained).await.is_err() {
            reception.shutdown().await;
            draining.shutdown().await;
        }
    }
}
