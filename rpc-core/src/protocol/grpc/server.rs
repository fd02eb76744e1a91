//! The server's side: a request to a call, a reply to a response.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, HeaderName, Method, Request, Response, StatusCode};
use polyrpc_transports::{Body, Peer};
use tokio::time::Instant;

use super::compress::{ACCEPTED, Encoding};
use super::frame::Deframer;
use super::reflection::Reflection;
use super::{frame, status, text};
use crate::codec::Codec;
use crate::context::Context;
use crate::dispatch::{Call, Reply, Route, invoke};
use crate::metadata::{Metadata, ReplyParts};
use crate::protocol::{Host, parse_timeout};
use crate::schema::Protocol;
use crate::status::{Code, Status};

const GRPC_ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");
const GRPC_ACCEPT_ENCODING: HeaderName = HeaderName::from_static("grpc-accept-encoding");

/// Answers a gRPC request: its content-type said that it is one.
pub(crate) async fn serve(host: &Host, peer: Option<Arc<Peer>>, request: Request<Body>) -> Response<Body> {
    if request.method() != Method::POST {
        return refused(StatusCode::METHOD_NOT_ALLOWED);
    }
    let (head, body) = request.into_parts();
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let Some(route) = host.router.find(Protocol::Grpc, path) else {
        return reflected(host, path, &head.headers, body).unwrap_or_else(failed);
    };
    let accepted = Encoding::accepted(text(&head.headers, GRPC_ACCEPT_ENCODING.as_str()));
    let result = match accept(route, &head.headers) {
        Ok(accept) => answer(host, peer, accept, head.headers, body).await,
        Err(status) => Err(status),
    };
    match result.and_then(|reply| written(reply, accepted)) {
        Ok(response) => response,
        Err(status) => failed(status),
    }
}

/// The answer to a request on a gRPC path that is not gRPC (PROTOCOL-HTTP2.md, "Requests").
pub(crate) fn not_grpc(method: &Method) -> Response<Body> {
    refused(match *method == Method::POST {
        true => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        false => StatusCode::METHOD_NOT_ALLOWED,
    })
}

/// Whether a path is that of a method: of a service, or of reflection.
pub(crate) fn knows(host: &Host, path: &str) -> bool {
    host.router.find(Protocol::Grpc, path).is_some() || host.reflection.is_some() && Reflection::serves(path)
}

/// The answer of reflection to a request for a method that no service has.
fn reflected(host: &Host, path: &str, headers: &HeaderMap, body: Body) -> Result<Response<Body>, Status> {
    let reflection = host
        .reflection
        .as_ref()
        .filter(|_| Reflection::serves(path))
        .ok_or_else(|| Status::unimplemented(format!("unknown method {}", path.escape_debug())))?;
    let (encoding, deadline) = terms(headers)?;
    let deframer = Deframer::new(encoding, host.limits.message);
    let mut response = Response::new(reflection.answer(body, deframer, deadline));
    *response.headers_mut() = response_headers(&ReplyParts::default());
    Ok(response)
}

fn refused(code: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = code;
    if code == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    }
    response
}

/// What the head of a request says of the call.
struct Accept<'a> {
    route: &'a Route,
    encoding: Encoding,
    deadline: Option<Instant>,
}

fn accept<'a>(route: &'a Route, headers: &HeaderMap) -> Result<Accept<'a>, Status> {
    let (encoding, deadline) = terms(headers)?;
    Ok(Accept { route, encoding, deadline })
}

/// How the request's messages are compressed, and when the caller stops waiting.
fn terms(headers: &HeaderMap) -> Result<(Encoding, Option<Instant>), Status> {
    let encoding = Encoding::named(text(headers, GRPC_ENCODING.as_str()))?;
    let deadline = match headers.get("grpc-timeout") {
        None => None,
        Some(value) => {
            let timeout = parse_timeout(value.to_str().unwrap_or("(not ASCII)"))?;
            Instant::now().checked_add(timeout)
        }
    };
    Ok((encoding, deadline))
}

async fn answer(
    host: &Host,
    peer: Option<Arc<Peer>>,
    accept: Accept<'_>,
    headers: HeaderMap,
    body: Body,
) -> Result<Reply, Status> {
    let limit = host.limits.message;
    let collected =
        body.collect(limit + frame::PREFIX).await.map_err(|error| match error.is_too_large() {
            true => Status::resource_exhausted(format!("the request is over the limit of {limit} bytes")),
            false => Status::cancelled(format!("the request did not arrive whole: {error}")),
        })?;
    let message = frame::single(collected.data, accept.encoding, limit, "request")?;
    let mut cx = Context::incoming(Protocol::Grpc, Metadata::from_headers(headers), peer);
    if let Some(deadline) = accept.deadline {
        cx.limit(deadline);
    }
    let mut out = Vec::with_capacity(128);
    frame::open(&mut out);
    let args = 0..message.len();
    invoke(accept.route, Call::new(cx, accept.route.method(), Codec::Proto, message, args, out)).await
}

/// The response that carries a reply.
fn written(reply: Reply, accepted: Option<Encoding>) -> Result<Response<Body>, Status> {
    let (mut out, parts) = reply.into_written();
    let parts = parts.map(|parts| *parts).unwrap_or_default();
    let mut headers = response_headers(&parts);
    let encoding = accepted.filter(|_| parts.compress == Some(true)).unwrap_or(Encoding::Identity);
    if encoding != Encoding::Identity {
        let mut packed = Vec::new();
        frame::open(&mut packed);
        encoding.compress(&out[frame::PREFIX..], &mut packed)?;
        headers.insert(GRPC_ENCODING, HeaderValue::from_static(encoding.name()));
        out = packed;
    }
    frame::close(&mut out, 0, encoding != Encoding::Identity)?;
    let mut trailers = Box::new(parts.trailers.into_headers());
    trailers.insert(status::GRPC_STATUS, status::number(Code::Ok));
    let mut response = Response::new(Body::Full { data: Bytes::from(out), trailers: Some(trailers) });
    *response.headers_mut() = headers;
    Ok(response)
}

/// A failure, as trailers alone.
fn failed(mut status: Status) -> Response<Body> {
    let parts = status.take_reply().map(|parts| *parts).unwrap_or_default();
    let mut headers = response_headers(&parts);
    headers.extend(parts.trailers.into_headers());
    if status.code() == Code::Unimplemented {
        // A caller whose encoding was refused learns from it which ones there are.
        headers.insert(GRPC_ACCEPT_ENCODING, HeaderValue::from_static(ACCEPTED));
    }
    status::write(&status, &mut headers);
    let mut response = Response::new(Body::Empty);
    *response.headers_mut() = headers;
    response
}

fn response_headers(parts: &ReplyParts) -> HeaderMap {
    let mut headers = parts.headers.headers().clone();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(super::CONTENT_TYPE));
    headers
}
