//! The server's side: a body to calls, replies to a response.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::join_all;
use http::{HeaderMap, Request as HttpRequest, Response};
use polyrpc_transports::{Body, Peer};
use tokio::time::Instant;

use super::reply::{Answer, HEAD, batch};
use super::request::{Incoming, Item, Refused, Request, read};
use crate::codec::{Codec, JSON_DEPTH};
use crate::context::Context;
use crate::dispatch::{Call, invoke};
use crate::metadata::{Metadata, ReplyParts};
use crate::protocol::{Array, Host, Refusal, deadline, gather, receive};
use crate::schema::Protocol;
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
    let body = match receive(&head.headers, body, host.limits.message).await {
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
            let exchange = Exchange::new(host, peer, head.headers, &body);
            exchange.answer(item).await.into_response()
        }
        Ok(Incoming::Batch(items)) => {
            let exchange = Exchange::new(host, peer, head.headers, &body);
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
    fn new(host: &'a Host, peer: Option<Arc<Peer>>, headers: HeaderMap, body: &'a Bytes) -> Exchange<'a> {
        let deadline = deadline(&headers);
        Exchange { host, peer, metadata: Arc::new(Metadata::from_headers(headers)), deadline, body }
    }

    async fn answer(&self, item: Item<'_>) -> Answer {
        let request = match item {
            Ok(request) => request,
            Err(invalid) => return Answer::error(invalid_request(), invalid.id),
        };
        let outcome = self.run(&request).await;
        match (request.id, outcome) {
            (Some(id), Ok((text, parts))) => Answer::result(text, id, parts),
            (Some(id), Err(status)) => Answer::error(status, Some(id)),
            (None, Ok((_, parts))) => Answer::none(parts),
            (None, Err(mut status)) => {
                tracing::debug!(method = &*request.method, %status, "a notification failed");
                Answer::none(status.take_reply())
            }
        }
    }

    async fn run(&self, request: &Request<'_>) -> Result<Written, Status> {
        let route = self
            .host
            .router
            .find(Protocol::JsonRpc, &request.method)
            .ok_or_else(|| Status::of_case(Case::MethodNotFound, Case::MethodNotFound.text()))?;
        if request.too_deep {
            let text = format!("Invalid params: values nested deeper than {JSON_DEPTH}");
            return Err(Status::of_case(Case::InvalidParams, text));
        }
        let mut cx = Context::incoming(Protocol::JsonRpc, self.metadata.clone(), self.peer.clone());
        if let Some(deadline) = self.deadline.clone()? {
            cx.limit(deadline);
        }
        let mut out = Vec::new();
        if request.id.is_some() {
            out.reserve(SHORT);
            out.extend_from_slice(HEAD);
        }
        let call = Call::new(cx, route.method(), Codec::Json, self.body.clone(), request.params.clone(), out);
        gather(invoke(route, call).await?, ARRAY, self.host.limits.message).await
    }
}

/// An answer without its end, and what goes beside it.
type Written = (Vec<u8>, Option<Box<ReplyParts>>);

/// How the items of a stream stand in one value.
const ARRAY: Array = Array { head: b"[", between: b",", tail: b"]" };
