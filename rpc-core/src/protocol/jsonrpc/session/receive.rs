//! What the peer says.

use std::task::Context;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::join_all;

use super::super::request::{Incoming, Invalid, Item, Refused, Request, read};
use super::super::scan::{Malformed, Raw, Scanner};
use super::super::{error, reply};
use super::driver::{Event, Session, answered};
use super::open::OpenCall;
use super::outgoing::Stop;
use super::serving::{Answer, Answering, Begun, Next};
use crate::status::{Case, Status};

/// Calls and streams that one connection may have under way.
const MOST_CALLS: usize = 1024;

/// What a request leads to.
enum Reaction {
    /// An answer that is there already.
    Said(Answer),
    /// A call with its id.
    Runs(Option<String>, Answering),
}

impl Session {
    /// Reacts to a message.
    pub(super) fn receive(&mut self, message: Bytes, cx: &mut Context<'_>) {
        #[cfg(feature = "client")]
        if self.asked.fed_again(&message) || self.answered(&message) {
            return;
        }
        let incoming = match std::str::from_utf8(&message) {
            Ok(text) => read(text, self.limits.batch),
            Err(_) => Err(Refused::Malformed),
        };
        match incoming {
            Err(refused) => self.say(&Answer::failed(&self.refused(refused), Some("null")).text),
            Ok(Incoming::Single(item)) => match self.react(&message, item) {
                Reaction::Said(answer) => self.say(&answer.text),
                Reaction::Runs(call, answering) => {
                    self.run(Box::pin(answered(call, answering)), cx);
                }
            },
            Ok(Incoming::Batch(items)) => {
                let reactions: Vec<Reaction> =
                    items.into_iter().map(|item| self.react(&message, item)).collect();
                let answers = join_all(reactions.into_iter().map(|reaction| async move {
                    match reaction {
                        Reaction::Said(answer) => (None, answer),
                        Reaction::Runs(call, answering) => (Some(call), answering.await),
                    }
                }));
                self.run(Box::pin(answers.map(together)), cx);
            }
        }
    }

    fn refused(&self, refused: Refused) -> Status {
        match refused {
            Refused::Malformed => Status::of_case(Case::Parse, Case::Parse.text()),
            Refused::EmptyBatch => Status::of_case(Case::InvalidRequest, Case::InvalidRequest.text()),
            Refused::TooManyCalls => {
                let limit = self.limits.batch;
                Status::resource_exhausted(format!("the batch has more calls than the limit of {limit}"))
            }
        }
    }

    fn react(&mut self, message: &Bytes, item: Item<'_>) -> Reaction {
        let request = match item {
            Ok(request) => request,
            // An answer to what was given up.
            #[cfg(feature = "client")]
            Err(_)
                if super::super::response::Answer::parse(message)
                    .is_ok_and(|answer| answer.id().is_some()) =>
            {
                return Reaction::Said(Answer::default());
            }
            Err(Invalid { id }) => {
                let status = Status::of_case(Case::InvalidRequest, Case::InvalidRequest.text());
                return Reaction::Said(Answer::failed(&status, Some(id.unwrap_or("null"))));
            }
        };
        if let Some(answer) = self.own_method(message, &request) {
            return Reaction::Said(answer);
        }
        match self.begin(message, &request) {
            Ok(reaction) => reaction,
            Err(status) => Reaction::Said(Answer::failed(&status, request.id)),
        }
    }

    fn begin(&mut self, message: &Bytes, request: &Request<'_>) -> Result<Reaction, Status> {
        let unknown = || Status::of_case(Case::MethodNotFound, Case::MethodNotFound.text());
        let serving = self.serving.clone().ok_or_else(unknown)?;
        let route = serving.route(request)?;
        if self.refuses {
            return Err(Status::unavailable("the server is about to stop, and takes no further calls"));
        }
        if self.open.running >= MOST_CALLS {
            let text = format!("the connection has {MOST_CALLS} calls under way, and may have no more");
            return Err(Status::resource_exhausted(text));
        }
        let kind = route.method().kind;
        if kind.is_streaming() && request.id.is_none() {
            tracing::debug!(method = &*request.method, "a stream was asked for by a notification");
            return Ok(Reaction::Said(Answer::default()));
        }
        if kind.takes_stream() && request.id.is_some_and(|id| self.open.calls.contains_key(id)) {
            let text = format!("{}: the id is that of another call", Case::InvalidRequest.text());
            return Err(Status::of_case(Case::InvalidRequest, text));
        }
        let name = if kind.gives_stream() { self.open.name() } else { String::new() };
        let Begun { answering, abort, upload } =
            serving.begin(route, message, request, self.framing, &self.waiting, &name)?;
        let call = request.id.map(str::to_owned);
        self.open.running += 1;
        if let Some(call) = &call {
            let open = OpenCall { abort, upload, name, stream: false, left: false };
            self.open.calls.insert(call.clone(), open);
        }
        Ok(Reaction::Runs(call, answering))
    }

    /// The methods that are about other calls.
    fn own_method(&mut self, message: &Bytes, request: &Request<'_>) -> Option<Answer> {
        let text = std::str::from_utf8(message).ok()?.get(request.params.clone()).unwrap_or_default();
        #[cfg(feature = "client")]
        if request.id.is_none() && self.fed(message, request, text) {
            return Some(Answer::default());
        }
        match &*request.method {
            "$/cancelRequest" => {
                if let Some([id]) = members(text, ["id"]) {
                    self.cancel(id.text);
                }
                Some(Answer::result("null", request.id))
            }
            "rpc.unsubscribe" => Some(self.unsubscribe(text, request.id)),
            method if self.serving.as_ref().is_some_and(|serving| serving.router.unsubscribes(method)) => {
                Some(self.unsubscribe(text, request.id))
            }
            "rpc.next" => {
                if let Some([id, value]) = members(text, ["id", "value"])
                    && let Some(upload) = self.open.calls.get(id.text).and_then(|call| call.upload.as_ref())
                {
                    upload.item(value.text.as_bytes());
                }
                Some(Answer::result("null", request.id))
            }
            "rpc.done" => {
                if let Some([id]) = members(text, ["id"]) {
                    self.upload_ended(id.text, Ok(()));
                }
                Some(Answer::result("null", request.id))
            }
            "rpc.error" => {
                if let Some([id, failure]) = members(text, ["id", "error"]) {
                    let status = error::read(&failure)
                        .unwrap_or_else(|Malformed| Status::unknown("the caller's stream failed"));
                    // The caller may hear of its own failure again.
                    self.upload_ended(id.text, Err(status));
                }
                Some(Answer::result("null", request.id))
            }
            _ => None,
        }
    }

    /// Ends a call, which answers that it was cancelled; or the stream that answers it.
    fn cancel(&mut self, id: &str) {
        let Some(call) = self.open.calls.get(id) else { return };
        match call.stream.then(|| self.open.streams.remove(&call.name)).flatten() {
            None => call.abort.abort(),
            Some(stop) => drop(stop.send(Stop::Failed(Status::cancelled("its caller cancelled the call")))),
        }
    }

    /// Ends a stream; nothing of it follows.
    fn unsubscribe(&mut self, params: &str, id: Option<&str>) -> Answer {
        let name = members(params, ["subscription"]).and_then(|[name]| name.string());
        let known = name.is_some_and(|name| self.leave_stream(&name));
        Answer::result(if known { "true" } else { "false" }, id)
    }

    /// Ends a stream of ours, or the call that has told its name and has yet to begin it; whether there was one.
    fn leave_stream(&mut self, name: &str) -> bool {
        if let Some(stop) = self.open.streams.remove(name) {
            return stop.send(Stop::Silently).is_ok();
        }
        let mut calls = self.open.calls.values_mut();
        let Some(call) = calls.find(|call| !name.is_empty() && !call.stream && call.name == name) else {
            return false;
        };
        call.left = true;
        call.abort.abort();
        true
    }

    fn upload_ended(&mut self, id: &str, outcome: Result<(), Status>) {
        if let Some(upload) = self.open.calls.get_mut(id).and_then(|call| call.upload.as_ref()) {
            upload.end(outcome);
        }
    }
}

/// The members of an object by their names, or the elements of an array in this order.
pub(super) fn members<'a, const N: usize>(params: &'a str, names: [&str; N]) -> Option<[Raw<'a>; N]> {
    let mut found: [Option<Raw<'a>>; N] = [None; N];
    let mut scanner = Scanner::new(params);
    let read = match scanner.peek()? {
        b'[' => {
            let mut index = 0;
            scanner.array(|scanner| {
                let value = scanner.value()?;
                if let Some(slot) = found.get_mut(index) {
                    *slot = Some(value);
                }
                index += 1;
                Ok::<_, Malformed>(())
            })
        }
        _ => scanner.object(|key, value| {
            let name = key.string();
            if let Some(index) = names.iter().position(|known| name.as_deref() == Some(*known)) {
                found[index] = Some(value);
            }
        }),
    };
    read.ok()?;
    found.into_iter().collect::<Option<Vec<_>>>()?.try_into().ok()
}

/// The answers of a batch, as one message; those of calls that ran have the call.
fn together(answers: Vec<(Option<Option<String>>, Answer)>) -> Event {
    let mut text = Vec::new();
    let mut calls: Vec<(Option<String>, Option<Next>)> = Vec::with_capacity(answers.len());
    for (call, answer) in answers {
        reply::append(&mut text, &answer.text);
        calls.extend(call.map(|call| (call, answer.next)));
    }
    if !text.is_empty() {
        text.push(b']');
    }
    Event::Answered(text, calls)
}
