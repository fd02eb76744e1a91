//! From a request to the protocol that answers it: the one place where protocols are chosen.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use polyrpc_transports::{Body, Peer, Upgrade};
use tower::ServiceExt;
use tower_service::Service;

use super::hosts::AllowedHosts;
use super::page::page;
use crate::http_layer::BoxHttp;
use crate::protocol::Host;

/// What all connections of a server share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) host: Arc<Host>,
    pub(super) allowed: AllowedHosts,
    pub(super) mounts: Vec<Mount>,
}

/// Somebody else's gRPC service.
pub(super) struct Mount {
    pub(super) name: String,
    pub(super) service: BoxHttp<Infallible>,
}

impl Mount {
    /// Whether the path is that of a method of this service.
    fn has(&self, path: &str) -> bool {
        let method = path.strip_prefix('/').and_then(|path| path.strip_prefix(&*self.name));
        method.is_some_and(|method| method.starts_with('/'))
    }
}

impl fmt::Debug for Mount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Mount").field(&self.name).finish()
    }
}

/// Answers one request.
pub(super) async fn answer(
    shared: Arc<Shared>,
    peer: Option<Arc<Peer>>,
    mut request: Request<Body>,
) -> Response<Body> {
    if let Some(mount) = shared.mounts.iter().find(|mount| mount.has(request.uri().path())) {
        if let Some(peer) = peer {
            request.extensions_mut().insert(peer);
        }
        // It does not fail: it answers errors as responses.
        let Ok(response) = mount.service.clone().oneshot(request).await;
        return response;
    }
    let content_type = request.headers().get(CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default());
    #[cfg(feature = "grpc")]
    {
        use crate::protocol::grpc;
        if content_type.is_some_and(grpc::is_grpc) {
            return grpc::server::serve(&shared.host, peer, request).await;
        }
        let web = content_type.is_some_and(grpc::web::is_media_type);
        if !web && grpc::server::knows(&shared.host, request.uri().path()) {
            return grpc::not_grpc(request.method());
        }
    }
    let local = peer.as_deref().and_then(Peer::local);
    if !shared.allowed.admit(local, request.uri(), request.headers()) {
        return plain(
            StatusCode::FORBIDDEN,
            "the Host or Origin of the request is not one of this listener's\n",
        );
    }
    if request.extensions().get::<Upgrade>().is_some_and(|upgrade| upgrade.protocol() == "websocket") {
        return websocket(&shared, peer, request);
    }
    match *request.method() {
        Method::POST => {}
        Method::GET | Method::HEAD if request.uri().path() == "/" => {
            return page(shared.host.router.services(), request.headers());
        }
        Method::GET | Method::HEAD => {
            return plain(StatusCode::NOT_FOUND, "there is nothing here: calls are made by POST\n");
        }
        _ => return method_not_allowed(),
    }
    match content_type {
        #[cfg(feature = "grpc")]
        Some(content_type) if crate::protocol::grpc::web::is_media_type(content_type) => {
            crate::protocol::grpc::web::serve(&shared.host, peer, request).await
        }
        #[cfg(feature = "jsonrpc")]
        Some(content_type) if crate::protocol::jsonrpc::is_media_type(content_type) => {
            crate::protocol::jsonrpc::serve(&shared.host, peer, request).await
        }
        #[cfg(feature = "jsonrpc")]
        Some(content_type) if crate::protocol::jsonrpc::session::is_raw(content_type) => {
            crate::protocol::jsonrpc::session::serve(&shared.host, peer, request)
        }
        #[cfg(feature = "xmlrpc")]
        Some(content_type) if crate::protocol::xmlrpc::is_media_type(content_type) => {
            crate::protocol::xmlrpc::serve(&shared.host, peer, request).await
        }
        _ => plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, UNSUPPORTED),
    }
}

#[cfg(feature = "websocket")]
fn websocket(shared: &Shared, peer: Option<Arc<Peer>>, request: Request<Body>) -> Response<Body> {
    crate::protocol::jsonrpc::session::open(&shared.host, peer, request)
}

#[cfg(not(feature = "websocket"))]
fn websocket(_: &Shared, _: Option<Arc<Peer>>, _: Request<Body>) -> Response<Body> {
    plain(
        StatusCode::NOT_IMPLEMENTED,
        "WebSocket is not in this build of the server: cargo add polyrpc -F websocket\n",
    )
}

const UNSUPPORTED: &str = "the content-type of a call is application/json (JSON-RPC), text/xml (XML-RPC), \
                           application/grpc or application/grpc-web, in UTF-8\n";

fn method_not_allowed() -> Response<Body> {
    let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "calls are made by POST\n");
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
    response
}

fn plain(code: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = code;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// A server's services as a `tower` service on the lower waist, to be mounted in somebody else's server.
///
/// Made by [`Server::into_service`](super::Server::into_service). The peer is taken from the request's
/// extensions, where there is an `Arc<Peer>`.
#[derive(Clone)]
pub struct HttpService(pub(super) Arc<Shared>);

impl fmt::Debug for HttpService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HttpService").field(&self.0.host.router).finish()
    }
}

/// The future of an [`HttpService`].
pub type HttpFuture = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

impl<B> Service<Request<B>> for HttpService
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = HttpFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> HttpFuture {
        let request = request.map(Body::stream);
        let peer = request.extensions().get::<Arc<Peer>>().cloned();
        let shared = self.0.clone();
        Box::pin(async move { Ok(answer(shared, peer, request).await) })
    }
}
