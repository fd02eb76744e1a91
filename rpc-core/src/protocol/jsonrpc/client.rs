//! The client's side: a call to a request, a response to a reply.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Response, StatusCode, Uri, Version};
use polyrpc_transports::Body;

use super::elements::Elements;
use super::requests::{Requests, sent_id};
use super::response::Answer;
use super::session::{Sessions, Way};
use super::sse::{EVENT_STREAM, Receiving};
use super::{MEDIA_TYPE, is_media_type};
use crate::codec::Codec;
use crate::dispatch::{Call, Items, Reply, Router};
use crate::metadata::{Metadata, ReplyParts};
use crate::protocol::{
    ClientProtocol, Framing, Http, Limits, excerpt, foreign, foreign_encoding, is_one_of, post, reply, uri,
};
use crate::schema::{CallKind, MethodSchema};
use crate::status::Status;

/// JSON-RPC 2.0, as a client speaks it.
pub(crate) struct Client {
    /// Largest message in bytes that is read.
    limit: usize,
    uri: Uri,
    requests: Arc<Requests>,
    sessions: Sessions,
}

impl Client {
    /// A client that posts to `path`, and opens sessions there this way for what a POST cannot carry; or `shared`, one
    /// for all calls, with this metadata. `router` is what the server may call.
    pub(crate) fn new(
        limit: usize,
        path: &str,
        positional: bool,
        way: Way,
        router: Option<Arc<Router>>,
        metadata: &Metadata,
        shared: bool,
    ) -> Result<Client, Status> {
        let uri = uri(path)?;
        let limits = Limits { message: limit, ..Limits::default() };
        let requests = Arc::new(Requests::new(positional));
        let headers = metadata.headers().clone();
        let sessions = Sessions::new(way, uri.clone(), limits, requests.clone(), router, headers, shared);
        Ok(Client { limit, uri, requests, sessions })
    }
}

impl Framing for Client {
    fn codec(&self) -> Codec {
        self.requests.codec()
    }

    fn open(&self, method: &'static MethodSchema, frame: &mut Vec<u8>) {
        self.requests.open(method, frame);
    }

    fn close(&self, method: &'static MethodSchema, frame: &mut Vec<u8>, start: usize) -> Result<(), Status> {
        self.requests.close(method, frame, start)
    }
}

impl ClientProtocol for Client {
    const VERSION: Version = Version::HTTP_11;

    async fn prove(&self, http: &impl Http) -> Result<bool, Status> {
        self.sessions.prove(http).await
    }

    async fn call(&self, http: &impl Http, mut call: Call) -> Result<Reply, Status> {
        if self.sessions.are_shared() || call.method().kind.takes_stream() {
            let (message, id) = self.requests.message(&call)?;
            return self.sessions.call(http, call, message, id).await;
        }
        let mut request = post(&self.uri, MEDIA_TYPE, &call);
        let streams = call.method().kind.gives_stream();
        if streams {
            request.headers_mut().insert(ACCEPT, HeaderValue::from_static(EITHER));
        }
        let response = http.send_call(&mut call, request).await?;
        if streams && is_event_stream(&response) {
            return Ok(events(response, sent_id(call.frame()), self.limit));
        }
        let read = |status, headers: &_, data| result(&call, status, headers, data);
        let reply = reply(response, self.limit, read).await?;
        if streams { elements(reply) } else { Ok(reply) }
    }
}

/// What the caller of a streaming method accepts: a server that has no events may send an array.
const EITHER: &str = "text/event-stream, application/json";

fn is_event_stream(response: &Response<Body>) -> bool {
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    response.status().is_success()
        && foreign_encoding(response.headers()).is_none()
        && content_type.is_some_and(|value| is_one_of(value, &[EVENT_STREAM]))
}

/// The reply whose items are events.
fn events(response: Response<Body>, sent: &str, limit: usize) -> Reply {
    let (head, body) = response.into_parts();
    let parts = ReplyParts { headers: Metadata::from_headers(head.headers), ..ReplyParts::default() };
    Reply::receiving(Items::incoming(Receiving::new(body, sent, limit)), parts)
}

/// The reply whose items are the elements of its result.
fn elements(mut reply: Reply) -> Result<Reply, Status> {
    let parts = std::mem::take(reply.parts_mut());
    let (result, _) = reply.into_received();
    if result.first() != Some(&b'[') {
        let text = format!("the result is not an array of the stream's items: {}", excerpt(&result));
        return Err(Status::internal(text).with_reply(parts));
    }
    Ok(Reply::receiving(Items::incoming(Elements::new(result)), parts))
}

/// The result that a response carries.
fn result(call: &Call, status: StatusCode, headers: &HeaderMap, data: Bytes) -> Result<Bytes, Status> {
    let content_type = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is_json = content_type.is_none_or(|value| std::str::from_utf8(value).is_ok_and(is_media_type));
    if !status.is_success() {
        let error = Answer::parse(&data).ok().filter(|_| is_json).and_then(|answer| answer.error());
        return Err(error.unwrap_or_else(|| foreign(status, &data)));
    }
    if call.method().kind == CallKind::OneWay {
        // Whatever answers a notification, only an error is worth reading.
        let error = Answer::parse(&data).ok().filter(|_| is_json).and_then(|answer| answer.error());
        return error.map_or(Ok(Bytes::from_static(b"null")), Err);
    }
    if data.is_empty() {
        return Err(Status::internal(format!("the server answered HTTP {status} without a body")));
    }
    if !is_json {
        let (kind, text) = (excerpt(content_type.unwrap_or_default()), excerpt(&data));
        return Err(Status::internal(format!("the response has content-type `{kind}`, not JSON: {text}")));
    }
    let range = Answer::parse(&data)?.result(sent_id(call.frame()))?;
    Ok(data.slice(range))
}
