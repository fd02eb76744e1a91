//! Layers at the lower waist, for servers and channels alike.

use bytes::Bytes;
use http::{Request, Response};
use polyrpc_transports::Body;
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;
use tower_layer::Layer;
use tower_service::Service;

/// A service on the lower waist, erased: what an HTTP layer is put around.
pub type BoxHttp<E> = BoxCloneSyncService<Request<Body>, Response<Body>, E>;

/// Puts one layer around a service.
pub(crate) type HttpLayer<E> = Box<dyn Fn(BoxHttp<E>) -> BoxHttp<E> + Send + Sync>;

/// A layer of any kind, erased, whatever body its responses have.
pub(crate) fn erase<L, B, E>(layer: L) -> HttpLayer<E>
where
    L: Layer<BoxHttp<E>> + Send + Sync + 'static,
    L::Service: Service<Request<Body>, Response = Response<B>, Error = E> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request<Body>>>::Future: Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    E: 'static,
{
    Box::new(move |inner| {
        let layered = layer.layer(inner).map_response(|response: Response<B>| response.map(Body::stream));
        BoxCloneSyncService::new(layered)
    })
}

/// The whole stack: the layers around `bottom`, the first one outermost.
pub(crate) fn stack<E: 'static>(bottom: BoxHttp<E>, layers: &[HttpLayer<E>]) -> BoxHttp<E> {
    layers.iter().rev().fold(bottom, |inner, layer| layer(inner))
}
