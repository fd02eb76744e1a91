//! The server's side: a body to a call, a reply to a response.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use polyrpc_transports::{Body, Peer};
use tokio::time::Instant;

use super::introspect::{MULTICALL, unknown};
use super::reply::Answer;
use crate::codec::Codec;
use crate::codec::xml::{Dialect, RESPONSE_HEAD, XmlError, check_well_formed, parse_call};
use crate::context::Context;
use crate::dispatch::{Call, Route, invoke};
use crate::metadata::{Metadata, ReplyParts};
use crate::protocol::{Array, Host, Refusal, deadline, gather, receive};
use crate::schema::Protocol;
use crate::status::{Case, Status};

/// Room for the head and the tail of a response, and for a short result.
const SHORT: usize = 256;

/// An encoded result behind what stood there, and what goes beside it.
pub(super) type Written = (Vec<u8>, Option<Box<ReplyParts>>);

/// Answers a POST whose content-type said that it is XML-RPC.
pub(crate) async fn serve(host: &Host, peer: Option<Arc<Peer>>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = match receive(&head.headers, body, host.limits.message).await {
        Ok(body) => body,
        Err(Refusal { status, code }) => return Answer::fault(status).into_response_with(code),
    };
    let call = match parse_call(&body) {
        Ok(call) => call,
        Err(error) => return Answer::fault(no_call(&body, &error)).into_response(),
    };
    let exchange = Exchange::new(host, peer, head.headers, &body);
    let answer = exchange.answer(&call.method, call.params).await;
    answer.unwrap_or_else(|status| Answer::fault(judged(status, &body))).into_response()
}

/// The status of a body that is no method call.
fn no_call(body: &[u8], error: &XmlError) -> Status {
    check_well_formed(body).err().map_or_else(
        || Status::of_case(Case::InvalidRequest, format!("{}: {error}", Case::InvalidRequest.text())),
        |error| malformed(&error),
    )
}

/// What is not XML is a parse error, whatever was wrong with it first: arguments are looked at only when the
/// method decodes them.
fn judged(status: Status, body: &[u8]) -> Status {
    match status.case() {
        Some(Case::InvalidParams | Case::MethodNotFound) => {
            check_well_formed(body).err().map_or(status, |error| malformed(&error))
        }
        _ => status,
    }
}

fn malformed(error: &XmlError) -> Status {
    Status::of_case(Case::Parse, format!("{}: {error}", Case::Parse.text()))
}

/// How the items of a stream stand in one value.
const ARRAY: Array = Array { head: b"<value><array><data>", between: b"", tail: b"</data></array></value>" };

/// What the calls of one HTTP request share.
pub(super) struct Exchange<'a> {
    pub(super) host: &'a Host,
    peer: Option<Arc<Peer>>,
    metadata: Arc<Metadata>,
    /// When the caller stops waiting; an error where the header cannot be read.
    deadline: Result<Option<Instant>, Status>,
    pub(super) body: &'a Bytes,
}

impl<'a> Exchange<'a> {
    fn new(host: &'a Host, peer: Option<Arc<Peer>>, headers: HeaderMap, body: &'a Bytes) -> Exchange<'a> {
        let deadline = deadline(&headers);
        Exchange { host, peer, metadata: Arc::new(Metadata::from_headers(headers)), deadline, body }
    }

    async fn answer(&self, method: &str, params: Range<usize>) -> Result<Answer, Status> {
        if method == MULTICALL && self.route(method).is_none() {
            return self.multicall(params).await;
        }
        let (text, parts) = self.run(method, params, RESPONSE_HEAD).await?;
        Ok(Answer::result(text, parts))
    }

    pub(super) fn route(&self, method: &str) -> Option<&Route> {
        self.host.router.find(Protocol::XmlRpc, method)
    }

    /// Runs one call; its result is written behind `head`.
    pub(super) async fn run(
        &self,
        method: &str,
        params: Range<usize>,
        head: &[u8],
    ) -> Result<Written, Status> {
        let route = self.route(method).or_else(|| self.host.introspection.route(method));
        let route = route.ok_or_else(|| unknown(method))?;
        let mut out = Vec::with_capacity(SHORT);
        out.extend_from_slice(head);
        let mut cx = Context::incoming(Protocol::XmlRpc, self.metadata.clone(), self.peer.clone());
        if let Some(deadline) = self.deadline.clone()? {
            cx.limit(deadline);
        }
        let codec = Codec::Xml(Dialect::EXTENDED);
        let call = Call::new(cx, route.method(), codec, self.body.clone(), params, out);
        gather(invoke(route, call).await?, ARRAY, self.host.limits.message).await
    }
}

/// The status of arguments of the protocol's own methods that cannot be read.
pub(super) fn invalid_params(what: impl std::fmt::Display) -> Status {
    Status::of_case(Case::InvalidParams, format!("{}: {what}", Case::InvalidParams.text()))
}
