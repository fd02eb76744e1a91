//! Listening on a name.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use http::{Request, Response};
use tokio::sync::watch;

use super::served::{Serve, Served};
use super::table;
use crate::server::{Call, Handler};
use crate::{Body, Endpoint, Peer, ServerConfig};

/// A name that was taken; dropping it frees the name.
#[derive(Debug)]
pub(crate) struct Bound {
    name: String,
    slot: watch::Sender<Option<Arc<Served>>>,
}

impl std::fmt::Debug for Served {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Served")
    }
}

/// Takes the name.
pub(crate) fn bind(endpoint: &Endpoint) -> io::Result<Bound> {
    let name = endpoint.name().unwrap_or_default().to_owned();
    let slot = watch::Sender::new(None);
    if !table::take(&name, slot.subscribe()) {
        return Err(io::Error::new(io::ErrorKind::AddrInUse, "the name is taken in this process"));
    }
    Ok(Bound { name, slot })
}

impl Drop for Bound {
    fn drop(&mut self) {
        table::free(&self.name);
    }
}

impl Bound {
    /// Serves until `stop`, then drains.
    pub(crate) async fn serve<M, S>(self, make: M, config: ServerConfig, stop: impl Future<Output = ()>)
    where
        M: Fn(&Arc<Peer>) -> S + Send + Sync + 'static,
        S: Handler,
    {
        let peer = Arc::new(Peer::new("mem"));
        let served = Arc::new(Served::new(Box::new(move || Box::new(Service(make(&peer))))));
        // Whoever drops this future drops the calls too.
        let _abort = AbortOnDrop(served.clone());
        self.slot.send_replace(Some(served.clone()));
        stop.await;
        drop(self);
        let _ = tokio::time::timeout(config.drain, served.drain()).await;
    }
}

struct AbortOnDrop(Arc<Served>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct Service<S>(S);

impl<S: Handler> Serve for Service<S> {
    fn call(&mut self, request: Request<Body>) -> Pin<Box<dyn Future<Output = Response<Body>> + Send>> {
        Box::pin(Call::new(self.0.clone(), request))
    }
}
