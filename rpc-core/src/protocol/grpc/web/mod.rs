//! gRPC-Web ([PROTOCOL-WEB.md](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md)): gRPC for those who cannot
//! read trailers, browsers above all. The trailers are the last frame of the body, which may be in base64, and HTTP/1.1
//! is as good as HTTP/2.
//!
//! It is gRPC with another body: requests are translated on their way to the gRPC server, responses on their way back.

mod base64;
mod form;
mod request;
mod response;

use std::sync::Arc;

use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Request, Response, Version};
use polyrpc_transports::{Body, Peer};

use super::{server, text};
use crate::protocol::Host;
use form::Form;

/// What the clients' libraries say of themselves.
const OWN: [HeaderName; 2] = [HeaderName::from_static("x-grpc-web"), HeaderName::from_static("x-user-agent")];

/// Whether a content-type is gRPC-Web's.
pub(crate) fn is_media_type(content_type: &str) -> bool {
    Form::named(content_type).is_some()
}

/// Answers a gRPC-Web request: its content-type said that it is one.
pub(crate) async fn serve(host: &Host, peer: Option<Arc<Peer>>, request: Request<Body>) -> Response<Body> {
    let (mut head, body) = request.into_parts();
    let named = text(&head.headers, CONTENT_TYPE).and_then(Form::named);
    let (form, codec) = named.unwrap_or((Form::Binary, "proto"));
    let content_type = format!("{}+{codec}", super::CONTENT_TYPE);
    let wanted = text(&head.headers, ACCEPT).and_then(Form::accepted).unwrap_or(form);
    // A codec that was a part of a header's value can be one again.
    if let Ok(content_type) = HeaderValue::try_from(content_type) {
        head.headers.insert(CONTENT_TYPE, content_type);
    }
    for name in OWN {
        head.headers.remove(name);
    }
    head.version = Version::HTTP_2;
    let request = Request::from_parts(head, request::translated(body, form));
    response::translated(server::serve(host, peer, request).await, wanted)
}
