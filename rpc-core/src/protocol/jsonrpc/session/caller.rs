//! The side of a session that calls: what was asked of the peer, and what it answers.

use std::collections::HashMap;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use super::super::requests::Requests;
use super::super::response::Answer;
use super::super::scan::{Malformed, Raw};
use super::super::{error, extra};
use super::around::Around;
use super::back;
use super::inbox::{Inbox, Outlet, Waiting, inbox};
use super::line::{Command, Line, WeakLine};
use super::upload::Upload;
use crate::dispatch::{Items, Reply};
use crate::metadata::ReplyParts;
use crate::protocol::Caller;
use crate::schema::MethodSchema;
use crate::status::Status;

/// Calls that are remembered when they were given up.
const MOST_GIVEN_UP: usize = 1024;

/// What was asked of the peer.
pub(super) struct Asked {
    commands: mpsc::UnboundedReceiver<Command>,
    line: WeakLine,
    /// Gives each request of this end an id of its own, whoever makes it.
    requests: Arc<Requests>,
    /// How much waits for the readers of the connection's streams.
    pub(super) waiting: Waiting,
    pending: HashMap<String, Pending>,
    /// The calls that were given up and may yet be answered by a stream, which is left then.
    given_up: HashMap<String, &'static MethodSchema>,
    /// The streams that come in, by their names as they were sent.
    feeds: HashMap<String, Feed>,
    /// What stood around the last item that came in.
    around: Around,
    hung_up: bool,
}

/// A stream that comes in.
struct Feed {
    items: Inbox,
    /// The call that it answers.
    call: String,
}

/// What a message of the peer's was.
pub(super) enum Heard {
    /// Nothing that was asked for.
    Nothing,
    Noted,
    /// The end of a call.
    Over(String),
    /// A stream, by its name as it was sent, that nobody wants any more.
    Unwanted(String, &'static MethodSchema),
}

struct Pending {
    method: &'static MethodSchema,
    upload: Option<Upload>,
    answer: oneshot::Sender<Result<Reply, Status>>,
}

/// Nobody can call; but somebody could yet be given a way to.
pub(super) fn line(requests: Arc<Requests>) -> (Line, Asked) {
    let (line, commands) = Line::open();
    let asked = Asked {
        commands,
        line: line.downgrade(),
        requests,
        waiting: Waiting::default(),
        pending: HashMap::new(),
        given_up: HashMap::new(),
        feeds: HashMap::new(),
        around: Around::default(),
        hung_up: false,
    };
    (line, asked)
}

impl Asked {
    /// The way for those whom the peer calls to call it.
    pub(super) fn caller(&self) -> Caller {
        back::caller(self.requests.clone(), self.line.clone())
    }

    /// The next command; `Ready(None)` when nobody can call any more.
    pub(super) fn poll_command(&mut self, cx: &mut Context<'_>) -> Poll<Option<Command>> {
        if self.hung_up {
            return Poll::Ready(None);
        }
        let polled = self.commands.poll_recv(cx);
        self.hung_up = matches!(polled, Poll::Ready(None));
        polled
    }

    /// Whether nobody calls, nor will.
    pub(super) fn is_over(&self) -> bool {
        self.hung_up && self.pending.is_empty() && self.feeds.is_empty()
    }

    /// Whether nobody is there any more who called, and all that they asked for has been read.
    pub(super) fn is_forsaken(&self) -> bool {
        self.commands.sender_strong_count() == 0 && self.commands.is_empty()
    }

    /// Notes a call that is being made.
    pub(super) fn note(
        &mut self,
        id: String,
        method: &'static MethodSchema,
        upload: Option<Upload>,
        answer: oneshot::Sender<Result<Reply, Status>>,
    ) {
        self.pending.insert(id, Pending { method, upload, answer });
    }

    /// Forgets a call; whether it was open.
    pub(super) fn forget(&mut self, id: &str) -> bool {
        let Some(Pending { method, .. }) = self.pending.remove(id) else { return false };
        if method.kind.gives_stream() && self.given_up.len() < MOST_GIVEN_UP {
            self.given_up.insert(id.to_owned(), method);
        }
        true
    }

    /// Forgets a stream; the call that it answers, if it was open.
    pub(super) fn leave(&mut self, stream: &str) -> Option<String> {
        self.feeds.remove(stream).map(|feed| feed.call)
    }

    /// Fails the calls to come.
    pub(super) fn close(&mut self) {
        self.line.close();
        self.commands.close();
        while self.commands.try_recv().is_ok() {}
    }

    /// Ends all calls and streams, and those to come: the peer answers no more, for this reason if it is known.
    pub(super) fn end(&mut self, why: Option<Status>) {
        if let Some(why) = why {
            self.feeds.values().for_each(|feed| feed.items.end(Err(why.clone())));
            self.line.lose(why);
        }
        self.close();
        self.pending.clear();
        self.feeds.clear();
    }

    /// Takes a response.
    pub(super) fn answered(&mut self, message: &Bytes) -> Heard {
        if self.pending.is_empty() && self.given_up.is_empty() {
            return Heard::Nothing;
        }
        let Ok(answer) = Answer::parse(message) else { return Heard::Nothing };
        let Some(id) = answer.id().map(str::to_owned) else { return Heard::Nothing };
        if id == "null" {
            return answer.error().map_or(Heard::Noted, |error| self.refused(error));
        }
        let Some(Pending { method, upload, answer: waiting }) = self.pending.remove(&id) else {
            let Some(method) = self.given_up.remove(&id) else { return Heard::Noted };
            let stream = answer.result(&id).ok().and_then(|range| message.get(range));
            let name = stream.map(|name| String::from_utf8_lossy(name).into_owned());
            return name.map_or(Heard::Noted, |name| Heard::Unwanted(name, method));
        };
        let parts = ReplyParts { headers: answer.metadata(), ..ReplyParts::default() };
        let streams = method.kind.gives_stream();
        let reply = match answer.result(&id) {
            Ok(range) if streams => {
                let stream = String::from_utf8_lossy(message.get(range).unwrap_or_default()).into_owned();
                Ok(Reply::receiving(Items::incoming(self.feed(stream, id.clone(), method, upload)), parts))
            }
            Ok(range) => Ok(Reply::received(message.slice(range), parts)),
            Err(status) => Err(status.with_reply(parts)),
        };
        let goes_on = streams && reply.is_ok();
        // A caller that has gone has said so, or is about to.
        let _ = waiting.send(reply);
        if goes_on { Heard::Noted } else { Heard::Over(id) }
    }

    /// Takes an error that names no call: the peer could not read one. Where there is but one, it is that.
    fn refused(&mut self, error: Status) -> Heard {
        let mut ids = self.pending.keys();
        if let (Some(id), None) = (ids.next().cloned(), ids.next())
            && let Some(Pending { answer, .. }) = self.pending.remove(&id)
        {
            let _ = answer.send(Err(error));
            return Heard::Over(id);
        }
        tracing::debug!(%error, "the peer could not read a message");
        Heard::Noted
    }

    fn feed(
        &mut self,
        stream: String,
        call: String,
        method: &'static MethodSchema,
        upload: Option<Upload>,
    ) -> Outlet {
        let left = self.line.leaving(stream.clone(), method, upload);
        let (items, outlet) = inbox(&self.waiting, Some(Box::new(left)));
        self.feeds.insert(stream, Feed { items, call });
        outlet
    }

    /// Takes an item that stands in the same words as the last one; false for another message.
    pub(super) fn fed_again(&mut self, message: &Bytes) -> bool {
        let Some((stream, item)) = self.around.find(message) else { return false };
        let Some(feed) = self.feeds.get(stream) else { return false };
        feed.items.item(message.get(item).unwrap_or_default());
        true
    }

    /// Takes a notification of a stream.
    pub(super) fn fed(&mut self, message: &Bytes, notice: &Notice<'_>) -> Heard {
        let Some(feed) = self.feeds.get(notice.subscription.text) else { return Heard::Nothing };
        if let Some(value) = &notice.result {
            feed.items.item(message.get(value.clone()).unwrap_or_default());
            self.around.learn(notice.subscription.text, message, value.clone());
            return Heard::Noted;
        }
        let failed = |Malformed| Status::unknown("the stream failed");
        let trailers = notice.rpc.as_ref().map(extra::read).unwrap_or_default();
        feed.items.trail(ReplyParts { trailers, ..ReplyParts::default() });
        feed.items.end(match &notice.error {
            None => Ok(()),
            Some(failure) => Err(error::read(failure).unwrap_or_else(failed)),
        });
        let over = self.feeds.remove(notice.subscription.text);
        over.map_or(Heard::Noted, |feed| Heard::Over(feed.call))
    }

    /// Whether an answer is waited for.
    pub(super) fn is_awaited(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Where the streams go that come in.
    pub(super) fn inboxes(&self) -> impl Iterator<Item = &Inbox> {
        self.feeds.values().map(|feed| &feed.items)
    }
}

/// The parameters of a notification that belongs to a stream.
pub(super) struct Notice<'a> {
    pub(super) subscription: Raw<'a>,
    /// Where in the message the item stands.
    pub(super) result: Option<std::ops::Range<usize>>,
    pub(super) error: Option<Raw<'a>>,
    /// What goes beside the end.
    pub(super) rpc: Option<Raw<'a>>,
}

/// The method that ends a stream.
pub(super) fn unsubscribe(method: &MethodSchema) -> &'static str {
    method.subscription.and_then(|names| names.unsubscribe).unwrap_or("rpc.unsubscribe")
}
