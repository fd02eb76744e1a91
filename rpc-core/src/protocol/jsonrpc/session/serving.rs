//! The side of a session that answers calls.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::{AbortHandle, Abortable, Aborted};
use polyrpc_transports::Peer;
use tokio::sync::oneshot;

use super::super::argument::array;
use super::super::elements::Elements;
use super::super::error;
use super::super::reply::HEAD;
use super::super::request::Request;
use super::extra::{Extra, write_response};
use super::inbox::{Inbox, Waiting, inbox};
use super::outgoing::{Outgoing, Stop, Words};
use super::wire::Framing;
use crate::codec::{Codec, JSON_DEPTH};
#[cfg(feature = "client")]
use crate::context::Common;
use crate::context::Context;
use crate::dispatch::{Call, Items, Reply, Route, Router, invoke};
use crate::metadata::{Metadata, ReplyParts};
#[cfg(feature = "client")]
use crate::protocol::Caller;
use crate::schema::{MethodSchema, Protocol};
use crate::status::{Case, Status};

/// The services that the peer may call, and what is known of it.
pub(super) struct Serving {
    pub(super) router: Arc<Router>,
    pub(super) peer: Option<Arc<Peer>>,
    pub(super) metadata: Arc<Metadata>,
    /// How those who are called call the peer.
    #[cfg(feature = "client")]
    back: Option<Common>,
}

/// The answer to one call.
#[derive(Default)]
pub(super) struct Answer {
    /// A response; empty for a notification, which has none.
    pub(super) text: Vec<u8>,
    /// What comes behind the response.
    pub(super) next: Option<Next>,
}

/// What comes behind a response.
pub(super) enum Next {
    /// A stream, and what stops it.
    Stream(Outgoing, oneshot::Sender<Stop>),
    /// The call runs on, and says the rest by a notification.
    Call(Answering),
}

/// An answer on its way.
pub(super) type Answering = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// A call that runs.
pub(super) struct Begun {
    pub(super) answering: Answering,
    /// Stops it; it is answered that it was cancelled.
    pub(super) abort: AbortHandle,
    /// Where the items of its argument go.
    pub(super) upload: Option<Inbox>,
}

impl Answer {
    /// The answer of a failure.
    pub(super) fn failed(status: &Status, id: Option<&str>) -> Answer {
        let Some(id) = id else { return Answer::default() };
        let mut text = b"{\"jsonrpc\":\"2.0\",\"error\":".to_vec();
        error::write(&mut text, status);
        close(&mut text, id, None);
        Answer { text, next: None }
    }

    /// The answer of a result that is JSON already.
    pub(super) fn result(result: &str, id: Option<&str>) -> Answer {
        let Some(id) = id else { return Answer::default() };
        let mut text = [HEAD, result.as_bytes()].concat();
        close(&mut text, id, None);
        Answer { text, next: None }
    }
}

fn close(text: &mut Vec<u8>, id: &str, parts: Option<&ReplyParts>) {
    text.extend_from_slice(b",\"id\":");
    text.extend_from_slice(id.as_bytes());
    write_response(parts, text);
    text.push(b'}');
}

impl Serving {
    pub(super) fn new(router: Arc<Router>, peer: Option<Arc<Peer>>, metadata: Metadata) -> Serving {
        Serving {
            router,
            peer,
            metadata: Arc::new(metadata),
            #[cfg(feature = "client")]
            back: None,
        }
    }

    /// What is called can call the peer so.
    #[cfg(feature = "client")]
    pub(super) fn to(mut self, caller: Caller) -> Serving {
        self.back = Some(Common::new(Arc::new(caller)));
        self
    }

    /// The method that a request calls.
    pub(super) fn route(&self, request: &Request<'_>) -> Result<&Route, Status> {
        let unknown = || Status::of_case(Case::MethodNotFound, Case::MethodNotFound.text());
        let route = self.router.find(Protocol::JsonRpc, &request.method).ok_or_else(unknown)?;
        if request.too_deep {
            let text = format!("Invalid params: values nested deeper than {JSON_DEPTH}");
            return Err(Status::of_case(Case::InvalidParams, text));
        }
        Ok(route)
    }

    /// Begins a call, whose stream, if it has one, goes by the name `subscription`.
    pub(super) fn begin(
        &self,
        route: &Route,
        message: &Bytes,
        request: &Request<'_>,
        framing: Framing,
        waiting: &Waiting,
        subscription: &str,
    ) -> Result<Begun, Status> {
        let Extra { deadline, metadata } = Extra::read(request.extra)?;
        let metadata = match metadata.is_empty() {
            true => self.metadata.clone(),
            false => {
                let mut merged = Metadata::clone(&self.metadata);
                merged.extend(&metadata);
                Arc::new(merged)
            }
        };
        let mut cx = Context::incoming(Protocol::JsonRpc, metadata, self.peer.clone());
        #[cfg(feature = "client")]
        if let Some(back) = &self.back {
            cx.share(back);
        }
        if let Some(deadline) = deadline {
            cx.limit(deadline);
        }
        let (method, id) = (route.method(), request.id.map(str::to_owned));
        let mut upload = None;
        let call = match method.kind.takes_stream() {
            false => {
                let out = if id.is_some() { HEAD.to_vec() } else { Vec::new() };
                Call::new(cx, method, Codec::Json, message.clone(), request.params.clone(), out)
            }
            true => {
                let items = match whole_stream(message, request, method)? {
                    Some(elements) => Items::incoming(elements),
                    None => {
                        let (inbox, outlet) = inbox(waiting, None);
                        upload = Some(inbox);
                        Items::incoming(outlet)
                    }
                };
                Call::streaming(cx, method, Codec::Json, items, HEAD.to_vec())
            }
        };
        let route = route.clone();
        let (abort, registration) = AbortHandle::new_pair();
        let running = Abortable::new(async move { invoke(&route, call).await }, registration);
        let outcome = running.map(|outcome| {
            outcome.unwrap_or_else(|Aborted| Err(Status::cancelled("its caller cancelled the call")))
        });
        if !method.kind.gives_stream() {
            let answering = Box::pin(outcome.map(|outcome| single(outcome, id)));
            return Ok(Begun { answering, abort, upload });
        }
        let notification = method.notification().unwrap_or(&request.method);
        let words = Words::result(framing, notification, subscription);
        let stream = Stream { name: subscription.to_owned(), call: id, words };
        let answering: Answering = match method.kind.takes_stream() {
            // Both ways: the caller hears the name before it sends anything.
            true => {
                let opened = stream.opened(None);
                let next = Box::pin(outcome.map(|outcome| stream.begun(outcome)));
                Box::pin(ready(Answer { next: Some(Next::Call(next)), ..opened }))
            }
            false => Box::pin(outcome.map(|outcome| match outcome {
                Ok(mut reply) => {
                    let opened = stream.opened(reply.take_parts().as_deref());
                    Answer { next: stream.begun(Ok(reply)).next, ..opened }
                }
                Err(status) => Answer::failed(&status, stream.call.as_deref()),
            })),
        };
        Ok(Begun { answering, abort, upload })
    }
}

/// The argument that is a stream, where it stands in the parameters as an array; without parameters its items come one
/// by one.
fn whole_stream(
    message: &Bytes,
    request: &Request<'_>,
    method: &MethodSchema,
) -> Result<Option<Elements>, Status> {
    let Some(argument) = method.stream else { return Ok(None) };
    let params = message.get(request.params.clone()).unwrap_or_default();
    let found = array(std::str::from_utf8(params).unwrap_or_default(), argument)?;
    let start = request.params.start;
    let text = message.slice(start + found.start..start + found.end);
    Ok((!text.is_empty()).then(|| Elements::of_argument(text, argument.text)))
}

/// The answer of a call that has one value.
fn single(outcome: Result<Reply, Status>, id: Option<String>) -> Answer {
    match (outcome, id) {
        (Ok(reply), Some(id)) => {
            let (mut text, parts) = reply.into_written();
            close(&mut text, &id, parts.as_deref());
            Answer { text, next: None }
        }
        (Err(status), Some(id)) => Answer::failed(&status, Some(&id)),
        (Ok(_), None) => Answer::default(),
        (Err(status), None) => {
            tracing::debug!(%status, "a notification failed");
            Answer::default()
        }
    }
}

/// A stream that is to begin.
struct Stream {
    name: String,
    call: Option<String>,
    words: Words,
}

impl Stream {
    /// The response that tells its name, with what goes beside it.
    fn opened(&self, parts: Option<&ReplyParts>) -> Answer {
        let Some(id) = &self.call else { return Answer::default() };
        let mut text = HEAD.to_vec();
        error::write_string(&mut text, &self.name);
        close(&mut text, id, parts);
        Answer { text, next: None }
    }

    /// The stream itself, or what is said in its place.
    fn begun(self, outcome: Result<Reply, Status>) -> Answer {
        let Stream { name, call, words } = self;
        let mut text = Vec::new();
        let status = match outcome.map(|mut reply| (reply.take_stream(), reply.take_parts())) {
            Ok((Some(items), parts)) => {
                let (stream, stop) = Outgoing::new(name, call, items, words.with(parts));
                return Answer { text, next: Some(Next::Stream(stream, stop)) };
            }
            Ok((None, _)) => Status::internal("the reply is not a stream"),
            Err(status) => status,
        };
        words.write_failed(&status, None, &mut text);
        Answer { text, next: None }
    }
}
