//! Tells the layers of a server, and what they are put around, who called.

use std::sync::Arc;
use std::task::{Context, Poll};

use http::Request;
use polyrpc_transports::{Body, Peer};
use tower_service::Service;

/// A service that puts a connection's peer into the extensions of each request.
#[derive(Clone)]
pub(super) struct WithPeer<S> {
    inner: S,
    peer: Arc<Peer>,
}

impl<S> WithPeer<S> {
    pub(super) fn new(inner: S, peer: Arc<Peer>) -> WithPeer<S> {
        WithPeer { inner, peer }
    }
}

impl<S: Service<Request<Body>>> Service<Request<Body>> for WithPeer<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> S::Future {
        request.extensions_mut().insert(self.peer.clone());
        self.inner.call(request)
    }
}
