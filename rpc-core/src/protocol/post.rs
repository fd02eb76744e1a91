//! What the clients of JSON-RPC and XML-RPC do alike: a call is a POST, and a response is read whole.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use http::uri::PathAndQuery;
use http::{Method, Request, Response, StatusCode, Uri};
use polyrpc_transports::Body;

use super::media::foreign_encoding;
use super::timeout::{RPC_TIMEOUT, write_timeout};
use super::{excerpt, torn_response};
use crate::dispatch::{Call, Reply};
use crate::metadata::{Metadata, ReplyParts};
use crate::status::Status;

/// The URI of an endpoint's path.
pub(crate) fn uri(path: &str) -> Result<Uri, Status> {
    let path = PathAndQuery::try_from(path).map_err(|error| {
        Status::invalid_argument(format!("`{path}` is no path for requests")).with_source(error)
    })?;
    Ok(Uri::from(path))
}

/// The request that carries a call: its metadata and deadline as headers, its frame as the body.
pub(crate) fn post(uri: &Uri, media_type: &'static str, call: &Call) -> Request<Body> {
    let cx = call.context();
    post_frame(uri, media_type, cx.metadata().headers().clone(), cx.remaining(), call.frame().clone())
}

/// A request with these headers and this body; `remaining` is what is left to the deadline.
pub(crate) fn post_frame(
    uri: &Uri,
    media_type: &'static str,
    mut headers: HeaderMap,
    remaining: Option<Duration>,
    frame: Bytes,
) -> Request<Body> {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(ACCEPT, HeaderValue::from_static(media_type));
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("polyrpc/", env!("CARGO_PKG_VERSION"))));
    if let Some(remaining) = remaining
        && let Ok(value) = HeaderValue::try_from(write_timeout(remaining))
    {
        headers.insert(RPC_TIMEOUT, value);
    }
    let mut request = Request::new(Body::from(frame));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri.clone();
    *request.headers_mut() = headers;
    request
}

/// The whole body of a response, of at most `limit` bytes; its trailers go into `parts`.
async fn collect(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    parts: &mut ReplyParts,
) -> Result<Bytes, Status> {
    if let Some(encoding) = foreign_encoding(headers) {
        let encoding = excerpt(encoding.as_bytes());
        return Err(Status::internal(format!("the response has content-encoding `{encoding}`, unasked")));
    }
    match body.collect(limit).await {
        Ok(collected) => {
            parts.trailers = Metadata::from_headers(collected.trailers.unwrap_or_default());
            Ok(collected.data)
        }
        Err(error) => Err(torn_response(error, limit)),
    }
}

/// The reply that a response carries: its whole body, as `result` reads it, and its headers and trailers, also beside a
/// failure.
pub(crate) async fn reply(
    response: Response<Body>,
    limit: usize,
    result: impl FnOnce(StatusCode, &HeaderMap, Bytes) -> Result<Bytes, Status>,
) -> Result<Reply, Status> {
    let (head, body) = response.into_parts();
    let mut parts = ReplyParts::default();
    let outcome = match collect(&head.headers, body, limit, &mut parts).await {
        Ok(data) => result(head.status, &head.headers, data),
        Err(status) => Err(status),
    };
    parts.headers = Metadata::from_headers(head.headers);
    match outcome {
        Ok(result) => Ok(Reply::received(result, parts)),
        Err(status) => Err(status.with_reply(parts)),
    }
}
