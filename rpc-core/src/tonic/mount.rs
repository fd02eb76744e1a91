//! A tonic service beside ours, on the same listeners.

use std::convert::Infallible;

use http::{Request, Response};
use polyrpc_transports::Body;
use tower::ServiceExt;
use tower_service::Service;

use crate::http_layer::BoxHttp;

/// A tonic service as one on our lower waist.
pub(crate) fn mounted<S>(service: S) -> BoxHttp<Infallible>
where
    S: Service<Request<tonic::body::Body>, Response = Response<tonic::body::Body>, Error = Infallible>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    BoxHttp::new(
        service
            .map_request(|request: Request<Body>| request.map(tonic::body::Body::new))
            .map_response(|response: Response<tonic::body::Body>| response.map(Body::stream)),
    )
}
