//! The server's side: a body to calls, replies to a response.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::join_all;
use http::{HeaderMap, Request as HttpRequest, Response};
use polyrpc_transports::{Body, Peer};
use tokio::time::Instant;

use super::MEDIA_TYPE;
use super::argument::array;
use super::elements::Elements;
use super::reply::{Answer, HEAD, batch};
use super::request::{Incoming, Item, Refused, Request, read};
use super::sse::{self, EVENT_STREAM};
use crate::codec::{Codec, JSON_DEPTH};
use crate::context::Context;
use crate::dispatch::{Call, Items, Reply, invoke};
use crate::metadata::Metadata;
use crate::protocol::{Array, Host, Refusal, deadline, gather, prefers, receive};
use crate::schema::{Protocol, StreamArgument};
use crate::status::{Case, Status};

/// Room for the head and the id of an answer, and for a short result.
const SHORT: usize = 128;

/// Answers a POST whose content-type said that it is JSON-RPC.
pub(crate) async fn serve(
    host: &Host,
    peer: Option<Arc<Peer>>,
    request: HttpRequest<Body>,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    let deadline = deadline(&head.headers);
    // One that cannot be read is the calls' to refuse.
    let until = deadline.as_ref().ok().copied().flatten();
    let body = match receive(&head.headers, body, host.limits.message, until).await {
        Ok(body) => body,
        Err(Refusal { status, code }) => return Answer::error(status, None).into_response_with(code),
    };
    let incoming = match std::str::from_utf8(&body) {
        Ok(text) => read(text, host.limits.batch),
        Err(_) => Err(Refused::Malformed),
    };
    match incoming {
        Err(refused) => Answer::error(status(refused, host), None).into_response(),
        Ok(Incoming::Single(item)) => {
            let events = prefers(&head.headers, EVENT_STREAM, MEDIA_TYPE);
            Exchange::new(host, peer, head.headers, deadline, &body).respond(item, events).await
        }
        Ok(Incoming::Batch(items)) => {
            let exchange = Exchange::new(host, peer, head.headers, deadline, &body);
            batch(join_all(items.into_iter().map(|item| exchange.answer(item))).await)
        }
    }
}

fn status(refused: Refused, host: &Host) -> Status {
    match refused {
        Refused::Malformed => Status::of_case(Case::Parse, Case::Parse.text()),
        Refused::EmptyBatch => invalid_request(),
        Refused::TooManyCalls => Status::resource_exhausted(format!(
            "the batch has more calls than the limit of {}",
            host.limits.batch
        )),
    }
}

fn invalid_request() -> Status {
    Status::of_case(Case::InvalidRequest, Case::InvalidRequest.text())
}

/// What the calls of one HTTP request share.
struct Exchange<'a> {
    host: &'a Host,
    peer: Option<Arc<Peer>>,
    metadata: Arc<Metadata>,
    /// When the caller stops waiting; an error where the header cannot be read.
    deadline: Result<Option<Instant>, Status>,
    body: &'a Bytes,
}

impl<'a> Exchange<'a> {
    fn new(
        host: &'a Host,
        peer: Option<Arc<Peer>>,
        headers: HeaderMap,
        deadline: Result<Option<Instant>, Status>,
        body: &'a Bytes,
    ) -> Exchange<'a> {
        Exchange { host, peer, metadata: Arc::new(Metadata::from_headers(headers)), deadline, body }
    }

    /// The HTTP response of a single call; a stream as `events`, where the caller likes them.
    async fn respond(&self, item: Item<'_>, events: bool) -> Response<Body> {
        let request = match item {
            Ok(request) => request,
            Err(invalid) => return Answer::error(invalid_request(), invalid.id).into_response(),
        };
        let mut outcome = self.run(&request).await;
        if let (true, Some(id), Ok(reply)) = (events, request.id, &mut outcome)
            && let Some(items) = reply.take_stream()
        {
            let parts = std::mem::take(reply.parts_mut());
            return sse::response(items, Some(Box::new(parts)), self.notification(&request), id);
        }
        self.finish(&request, outcome).await.into_response()
    }

    /// What the notifications of a method's items are called: as the caller spelled it, unless they have a name of their
    /// own.
    fn notification<'r>(&self, request: &'r Request<'_>) -> &'r str {
        let route = self.host.router.find(Protocol::JsonRpc, &request.method);
        route.and_then(|route| route.method().notification()).unwrap_or(&request.method)
    }

    /// The answer of one call in a batch.
    async fn answer(&self, item: Item<'_>) -> Answer {
        match item {
            Ok(request) => self.finish(&request, self.run(&request).await).await,
            Err(invalid) => Answer::error(invalid_request(), invalid.id),
        }
    }

    /// What a call is answered; the items of a stream in an array.
    async fn finish(&self, request: &Request<'_>, outcome: Result<Reply, Status>) -> Answer {
        match (request.id, outcome) {
            (Some(id), Ok(reply)) => match gather(reply, ARRAY, self.host.limits.message).await {
                Ok((text, parts)) => Answer::result(text, id, parts),
                Err(status) => Answer::error(status, Some(id)),
            },
            (Some(id), Err(status)) => Answer::error(status, Some(id)),
            // A stream that nobody reads ends here.
            (None, Ok(reply)) => Answer::none(reply.into_written().1),
            (None, Err(mut status)) => {
                tracing::debug!(method = &*request.method, %status, "a notification failed");
                Answer::none(status.take_reply())
            }
        }
    }

    async fn run(&self, request: &Request<'_>) -> Result<Reply, Status> {
        let route = self
            .host
            .router
            .find(Protocol::JsonRpc, &request.method)
            .ok_or_else(|| Status::of_case(Case::MethodNotFound, Case::MethodNotFound.text()))?;
        let mut cx = Context::incoming(Protocol::JsonRpc, self.metadata.clone(), self.peer.clone());
        if let Some(deadline) = self.deadline.clone()? {
            cx.limit(deadline);
        }
        let mut out = Vec::new();
        if request.id.is_some() {
            out.reserve(SHORT);
            out.extend_from_slice(HEAD);
        }
        let (method, params) = (route.method(), request.params.clone());
        let call = match method.stream {
            Some(argument) => Call::streaming(cx, method, Codec::Json, self.items(params, argument)?, out),
            None if request.too_deep => {
                let text = format!("Invalid params: values nested deeper than {JSON_DEPTH}");
                return Err(Status::of_case(Case::InvalidParams, text));
            }
            None => Call::new(cx, method, Codec::Json, self.body.clone(), params, out),
        };
        invoke(route, call).await
    }

    /// The items of an argument that is a stream.
    fn items(&self, params: Range<usize>, argument: StreamArgument) -> Result<Items, Status> {
        let params = self.body.slice(params);
        // The request was read from the same bytes.
        let text = std::str::from_utf8(&params).unwrap_or_default();
        let array = params.slice(array(text, argument)?);
        Ok(Items::incoming(Elements::of_argument(array, argument.text)))
    }
}

/// How the items of a stream stand in one value.
const ARRAY: Array = Array { head: b"[", between: b",", tail: b"]" };
