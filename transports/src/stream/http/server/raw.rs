//! A connection that is one request: a raw stream of messages.

use ::http::header::CONTENT_TYPE;
use ::http::{HeaderValue, Method, Request};

use super::super::duplex::{Limits, open, say};
use super::Connection;
use crate::server::{Call, Handler};
use crate::{Body, RawStream};

/// Serves a connection whose first bytes said that it is of this content-type.
pub(super) async fn serve<S: Handler>(connection: Connection<S>, content_type: &'static str) {
    let Connection { io, service, config, stop, .. } = connection;
    let (arriving, write) = open(io);
    let mut request = Request::new(Body::Stream(Box::pin(arriving.until(stop))));
    *request.method_mut() = Method::POST;
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    request.extensions_mut().insert(RawStream);
    let response = Call::new(service, request).await;
    // What is no stream of messages cannot be said in one.
    if response.status().is_success() {
        say(write, response.into_body(), Limits::of_server(config.idle)).await;
    }
}
