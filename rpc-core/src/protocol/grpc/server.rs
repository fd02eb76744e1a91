//! The server's side: a request to a call, a reply to a response.

use std::error::Error;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Request, Response};
use polyrpc_transports::{Body, BodyError, Peer};
use tokio::time::{Instant, timeout_at};

use super::compress::{ACCEPTED, Encoding};
use super::frame::Deframer;
use super::reflection::Reflection;
use super::refusal::not_callable;
use super::stream::{Ending, Receiving, Sending};
use super::{GRPC_ACCEPT_ENCODING, GRPC_ENCODING, GRPC_TIMEOUT, frame, status, text};
use crate::codec::Codec;
use crate::context::Context;
use crate::dispatch::{Call, Items, Reply, Route, invoke};
use crate::metadata::{Metadata, ReplyParts};
use crate::protocol::{Host, parse_timeout};
use crate::schema::Protocol;
use crate::status::{Code, Status};

/// Answers a gRPC request: its content-type said that it is one.
pub(crate) async fn serve(host: &Host, peer: Option<Arc<Peer>>, request: Request<Body>) -> Response<Body> {
    if let Some(refused) = not_callable(&request) {
        return refused;
    }
    let (head, body) = request.into_parts();
    let encoding = match Encoding::named(head.headers.get(GRPC_ENCODING).map(HeaderValue::as_bytes)) {
        Ok(encoding) => encoding,
        Err(status) => return without_encoding(status),
    };
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let Some(route) = host.router.find(Protocol::Grpc, path) else {
        let Some(reflection) = reflection(host, path) else {
            return failed(Status::unimplemented(format!("unknown method {}", path.escape_debug())));
        };
        let deframer = Deframer::new(encoding, host.limits.message);
        return reflected(reflection, peer, head.headers, body, deframer).await.unwrap_or_else(failed);
    };
    let accepted = Encoding::accepted(text(&head.headers, GRPC_ACCEPT_ENCODING));
    let result = match deadline(&head.headers) {
        Ok(deadline) => answer(host, peer, Accept { route, encoding, deadline }, head.headers, body).await,
        Err(status) => Err(status),
    };
    match result.and_then(|reply| written(reply, accepted)) {
        Ok(response) => response,
        Err(status) => failed(status),
    }
}

/// Whether a path is that of a method: of a service, or of reflection.
pub(crate) fn knows(host: &Host, path: &str) -> bool {
    host.router.find(Protocol::Grpc, path).is_some() || reflection(host, path).is_some()
}

/// Reflection, if it has the method at a path.
fn reflection<'a>(host: &'a Host, path: &str) -> Option<(&'a Reflection, &'a Route)> {
    let reflection = host.reflection.as_ref()?;
    reflection.route(path).map(|route| (reflection, route))
}

/// The answer of reflection: a stream, if the layers let it begin.
async fn reflected(
    (reflection, route): (&Reflection, &Route),
    peer: Option<Arc<Peer>>,
    headers: HeaderMap,
    body: Body,
    deframer: Deframer,
) -> Result<Response<Body>, Status> {
    let deadline = deadline(&headers)?;
    let cx = context(headers, peer, deadline);
    let call = Call::new(cx, route.method(), Codec::Proto, Bytes::new(), 0..0, Vec::new());
    let (_, parts) = invoke(route, call).await?.into_written();
    let ReplyParts { headers, trailers, .. } = parts.map(|parts| *parts).unwrap_or_default();
    let mut response = Response::new(reflection.answer(body, deframer, deadline, trailers.into_headers()));
    *response.headers_mut() = response_headers(headers);
    Ok(response)
}

fn context(headers: HeaderMap, peer: Option<Arc<Peer>>, deadline: Option<Instant>) -> Context {
    let mut cx = Context::incoming(Protocol::Grpc, Metadata::from_headers(headers), peer);
    if let Some(deadline) = deadline {
        cx.limit(deadline);
    }
    cx
}

/// What the head of a request says of the call.
struct Accept<'a> {
    route: &'a Route,
    encoding: Encoding,
    deadline: Option<Instant>,
}

/// When the caller stops waiting, if it says so.
///
/// # Errors
///
/// A timeout, or what is said of the messages, that we do not understand.
fn deadline(headers: &HeaderMap) -> Result<Option<Instant>, Status> {
    if let Some(codec) = text(headers, CONTENT_TYPE).and_then(super::foreign_codec) {
        let codec = codec.escape_debug();
        return Err(Status::unimplemented(format!("messages in `{codec}` are not supported, only proto")));
    }
    if headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return Err(Status::unimplemented("content-encoding is not for gRPC, which has grpc-encoding"));
    }
    let Some(value) = headers.get(GRPC_TIMEOUT) else { return Ok(None) };
    let timeout = parse_timeout(value.to_str().unwrap_or("(not ASCII)"))?;
    Ok(Instant::now().checked_add(timeout))
}

async fn answer(
    host: &Host,
    peer: Option<Arc<Peer>>,
    accept: Accept<'_>,
    headers: HeaderMap,
    body: Body,
) -> Result<Reply, Status> {
    let Accept { route, encoding, deadline } = accept;
    let (method, limit) = (route.method(), host.limits.message);
    let cx = context(headers, peer, deadline);
    let mut out = Vec::with_capacity(128);
    frame::open(&mut out);
    let call = match method.kind.takes_stream() {
        true => {
            let messages = Receiving::new(body, Deframer::new(encoding, limit), RequestEnd);
            Call::streaming(cx, method, Codec::Proto, Items::incoming(messages), out)
        }
        false => {
            let message = frame::single(receive(body, limit, deadline).await?, encoding, limit, "request")?;
            let args = 0..message.len();
            Call::new(cx, method, Codec::Proto, message, args, out)
        }
    };
    invoke(route, call).await
}

/// The end of a request that streams.
struct RequestEnd;

impl Ending for RequestEnd {
    fn end(&mut self, _: HeaderMap) -> Result<Option<Box<ReplyParts>>, Status> {
        Ok(None)
    }

    fn torn(&mut self, error: BodyError) -> Status {
        unreadable(&error, "the requests broke off")
    }

    fn what(&self) -> &'static str {
        "the requests"
    }
}

/// The whole body. The caller's time runs while it comes.
async fn receive(body: Body, limit: usize, deadline: Option<Instant>) -> Result<Bytes, Status> {
    let collecting = body.collect(limit + frame::PREFIX);
    let collected = match deadline {
        None => collecting.await,
        Some(deadline) => timeout_at(deadline, collecting)
            .await
            .map_err(|_| Status::deadline_exceeded("the deadline passed before the request was whole"))?,
    };
    match collected {
        Ok(collected) => Ok(collected.data),
        Err(error) if error.is_too_large() => {
            Err(Status::resource_exhausted(format!("the request is over the limit of {limit} bytes")))
        }
        Err(error) => Err(unreadable(&error, "the request did not arrive whole")),
    }
}

/// The status of a request that was not read to its end: whoever translates the body may have said which.
fn unreadable(error: &BodyError, what: &str) -> Status {
    let said = error.source().and_then(|source| source.downcast_ref::<Status>());
    said.cloned().unwrap_or_else(|| Status::cancelled(format!("{what}: {error}")))
}

/// The response that carries a reply.
fn written(mut reply: Reply, accepted: Option<Encoding>) -> Result<Response<Body>, Status> {
    let items = reply.take_stream();
    let (mut out, parts) = reply.into_written();
    let ReplyParts { headers, trailers, compress, .. } = parts.map(|parts| *parts).unwrap_or_default();
    let mut headers = response_headers(headers);
    let encoding = accepted.filter(|_| compress == Some(true)).unwrap_or(Encoding::Identity);
    if encoding != Encoding::Identity {
        headers.insert(GRPC_ENCODING, HeaderValue::from_static(encoding.name()));
    }
    if let Some(items) = items {
        let mut response = Response::new(Body::stream(Sending::new(items, encoding, trailers)));
        *response.headers_mut() = headers;
        return Ok(response);
    }
    if encoding != Encoding::Identity {
        let mut packed = Vec::new();
        frame::open(&mut packed);
        encoding.compress(&out[frame::PREFIX..], &mut packed)?;
        out = packed;
    }
    frame::close(&mut out, 0, encoding != Encoding::Identity)?;
    let mut trailers = Box::new(trailers.into_headers());
    trailers.insert(status::GRPC_STATUS, status::number(Code::Ok));
    let mut response = Response::new(Body::Full { data: Bytes::from(out), trailers: Some(trailers) });
    *response.headers_mut() = headers;
    Ok(response)
}

/// A failure, as trailers alone.
fn failed(mut status: Status) -> Response<Body> {
    let ReplyParts { headers, trailers, .. } = status.take_reply().map(|parts| *parts).unwrap_or_default();
    let mut headers = response_headers(headers);
    headers.extend(trailers.into_headers());
    status::write_fitting(status, &mut headers);
    let mut response = Response::new(Body::Empty);
    *response.headers_mut() = headers;
    response
}

/// The answer to a request in an encoding that we lack: the caller learns which ones there are.
fn without_encoding(status: Status) -> Response<Body> {
    let mut response = failed(status);
    response.headers_mut().insert(GRPC_ACCEPT_ENCODING, HeaderValue::from_static(ACCEPTED));
    response
}

fn response_headers(metadata: Metadata) -> HeaderMap {
    let mut headers = metadata.into_headers();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(super::CONTENT_TYPE));
    headers
}
