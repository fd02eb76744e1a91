//! The answers to requests that are not gRPC, or that cannot be: HTTP statuses (PROTOCOL-HTTP2.md, "Requests").

use http::header::{ALLOW, CONTENT_TYPE, HOST, HeaderValue};
use http::{Method, Request, Response, StatusCode, Version};
use polyrpc_transports::Body;

/// The answer to a request that says that it is gRPC, if it cannot be.
pub(super) fn not_callable(request: &Request<Body>) -> Option<Response<Body>> {
    if request.method() != Method::POST {
        return Some(refused(StatusCode::METHOD_NOT_ALLOWED, "gRPC calls are made by POST\n"));
    }
    // The status would be lost with the trailers, and the call look like a success. A request that was made in this
    // process has HTTP/1.1 for its version as well, but no host.
    let http1 = request.version() < Version::HTTP_2 && request.headers().contains_key(HOST);
    http1.then(|| refused(StatusCode::HTTP_VERSION_NOT_SUPPORTED, "gRPC needs HTTP/2\n"))
}

/// The answer to a request on a gRPC path that is not gRPC.
pub(crate) fn not_grpc(method: &Method) -> Response<Body> {
    match *method == Method::POST {
        true => refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "this is a gRPC path: send application/grpc\n"),
        false => refused(StatusCode::METHOD_NOT_ALLOWED, "gRPC calls are made by POST\n"),
    }
}

fn refused(code: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = code;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    if code == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(ALLOW, HeaderValue::from_static("POST"));
    }
    response
}
