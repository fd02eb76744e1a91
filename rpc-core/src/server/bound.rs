//! A server whose listeners are bound.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use polyrpc_transports::{Endpoint, Listener, Peer, ServerConfig};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::service_fn;

use super::http::{HttpService, answer};
use super::with_peer::WithPeer;
use crate::http_layer::{BoxHttp, HttpLayer, stack};
use crate::schema::ServiceSchema;

/// A server whose listeners are bound: made by [`Server::bind`](super::Server::bind).
pub struct BoundServer {
    service: HttpService,
    http_layers: Vec<HttpLayer<Infallible>>,
    listeners: Vec<Listener>,
    endpoints: Vec<Endpoint>,
    config: ServerConfig,
}

impl BoundServer {
    pub(super) fn new(
        service: HttpService,
        http_layers: Vec<HttpLayer<Infallible>>,
        listeners: Vec<Listener>,
        config: ServerConfig,
    ) -> BoundServer {
        let endpoints = listeners.iter().map(|listener| listener.endpoint().clone()).collect();
        BoundServer { service, http_layers, listeners, endpoints, config }
    }

    /// The endpoints in the order of [`listen`](super::Server::listen), with the real ports.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    pub(super) fn services(&self) -> &[&'static ServiceSchema] {
        self.service.0.host.router.services()
    }

    /// Serves until `stop` is done, then drains: new calls are refused, those in flight may end, for as long
    /// as [`drain`](super::Server::drain) says. It ends too when no listener is left: `stdio:` is over with its one
    /// connection.
    pub async fn run_until(self, stop: impl Future<Output = ()>) {
        let (stopping, stopped) = watch::channel(());
        let layered = (!self.http_layers.is_empty())
            .then(|| stack(BoxHttp::new(self.service.clone()), &self.http_layers));
        let mut running = JoinSet::new();
        for listener in self.listeners {
            let config = self.config.clone();
            let mut stopped = stopped.clone();
            let stop = async move {
                // The sender is dropped when it is time to stop.
                while stopped.changed().await.is_ok() {}
            };
            if let Some(http) = layered.clone() {
                let layered = move |peer: &Arc<Peer>| WithPeer::new(http.clone(), peer.clone());
                running.spawn(listener.serve(layered, config, stop));
            } else {
                // No layers, no box: the service of a connection is a plain function.
                let shared = self.service.0.clone();
                let plain = move |peer: &Arc<Peer>| {
                    let (shared, peer) = (shared.clone(), peer.clone());
                    service_fn(move |request| {
                        let (shared, peer) = (shared.clone(), peer.clone());
                        async move { Ok::<_, Infallible>(answer(shared, Some(peer), request).await) }
                    })
                };
                running.spawn(listener.serve(plain, config, stop));
            }
        }
        let over = async { while running.join_next().await.is_some() {} };
        let (mut stop, mut over) = (pin!(stop), pin!(over));
        tokio::select! {
            () = &mut stop => {
                drop(stopping);
                over.await;
            }
            () = &mut over => {}
        }
    }
}

impl fmt::Debug for BoundServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundServer").field("endpoints", &self.endpoints).finish_non_exhaustive()
    }
}
