//! The side of a session that calls.

use std::collections::HashMap;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use super::super::error;
use super::super::response::Answer;
use super::super::scan::{Malformed, Raw};
use super::inbox::{Inbox, Outlet, inbox};
use crate::dispatch::{Items, Reply};
use crate::metadata::ReplyParts;
use crate::schema::MethodSchema;
use crate::status::Status;

/// What the callers of a session ask it to do.
pub(super) enum Command {
    Call(Box<Asking>),
    /// Says a notification.
    Notify(Vec<u8>),
    /// Nobody waits for this answer any more.
    Forget(String),
    /// Nobody reads this stream any more.
    Leave {
        stream: String,
        method: &'static MethodSchema,
    },
}

/// A call that is to be made.
pub(super) struct Asking {
    pub(super) method: &'static MethodSchema,
    /// Its id, as it is sent.
    pub(super) id: String,
    /// The whole request.
    pub(super) message: Vec<u8>,
    pub(super) upload: Option<Items>,
    pub(super) answer: oneshot::Sender<Result<Reply, Status>>,
}

/// A way to call over a session; the session lasts as long as there is one.
#[derive(Clone)]
pub(super) struct Line(mpsc::UnboundedSender<Command>);

/// What was asked of the peer.
pub(super) struct Asked {
    commands: mpsc::UnboundedReceiver<Command>,
    /// For the streams, which tell when nobody reads them.
    line: mpsc::WeakUnboundedSender<Command>,
    pending: HashMap<String, Pending>,
    /// The streams that come in, by their names as they were sent.
    feeds: HashMap<String, Feed>,
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
}

struct Pending {
    method: &'static MethodSchema,
    answer: oneshot::Sender<Result<Reply, Status>>,
}

/// Nobody can call; but somebody could yet be given a way to.
pub(super) fn line() -> (Line, Asked) {
    let (sender, commands) = mpsc::unbounded_channel();
    let line = sender.downgrade();
    (Line(sender), Asked { commands, line, pending: HashMap::new(), feeds: HashMap::new(), hung_up: false })
}

impl Line {
    /// Whether the session has ended.
    pub(super) fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    /// Makes a call and waits for its answer. Dropping the future cancels the call.
    pub(super) async fn call(
        &self,
        method: &'static MethodSchema,
        id: String,
        message: Vec<u8>,
        upload: Option<Items>,
    ) -> Result<Reply, Status> {
        let (answer, answered) = oneshot::channel();
        let mut unanswered = Unanswered { line: self.0.clone(), id: Some(id.clone()) };
        let asking = Box::new(Asking { method, id, message, upload, answer });
        self.0.send(Command::Call(asking)).map_err(|_| lost())?;
        let answer = answered.await;
        unanswered.id = None;
        answer.unwrap_or_else(|_| Err(lost()))
    }

    /// Says a notification.
    pub(super) fn notify(&self, message: Vec<u8>) -> Result<(), Status> {
        self.0.send(Command::Notify(message)).map_err(|_| lost())
    }
}

fn lost() -> Status {
    Status::unavailable("the connection was lost before the call was answered")
}

/// Tells when a call is given up.
struct Unanswered {
    line: mpsc::UnboundedSender<Command>,
    id: Option<String>,
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        if let Some(id) = self.id.take() {
            // A session that has ended has forgotten it already.
            let _ = self.line.send(Command::Forget(id));
        }
    }
}

/// Tells when a stream is given up.
struct Left {
    line: mpsc::WeakUnboundedSender<Command>,
    /// Keeps the session alive while it is read.
    _line: Option<mpsc::UnboundedSender<Command>>,
    stream: String,
    method: &'static MethodSchema,
}

impl Drop for Left {
    fn drop(&mut self) {
        if let Some(line) = self.line.upgrade() {
            let _ =
                line.send(Command::Leave { stream: std::mem::take(&mut self.stream), method: self.method });
        }
    }
}

impl Asked {
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

    /// Notes a call that is being made.
    pub(super) fn expect(
        &mut self,
        id: String,
        method: &'static MethodSchema,
        answer: oneshot::Sender<Result<Reply, Status>>,
    ) {
        self.pending.insert(id, Pending { method, answer });
    }

    /// Forgets a call; whether it was open.
    pub(super) fn forget(&mut self, id: &str) -> bool {
        self.pending.remove(id).is_some()
    }

    /// Forgets a stream; the call that it answers, if it was open.
    pub(super) fn leave(&mut self, stream: &str) -> Option<String> {
        self.feeds.remove(stream).map(|feed| feed.call)
    }

    /// Ends all calls and streams: the peer answers no more.
    pub(super) fn end(&mut self) {
        self.pending.clear();
        self.feeds.clear();
    }

    /// Takes a response.
    pub(super) fn answered(&mut self, message: &Bytes) -> Heard {
        if self.pending.is_empty() {
            return Heard::Nothing;
        }
        let Ok(answer) = Answer::parse(message) else { return Heard::Nothing };
        let Some(id) = answer.id().map(str::to_owned) else { return Heard::Nothing };
        // The call may have been given up.
        let Some(Pending { method, answer: waiting }) = self.pending.remove(&id) else { return Heard::Noted };
        let parts = ReplyParts { headers: answer.metadata(), ..ReplyParts::default() };
        let streams = method.kind.gives_stream();
        let reply = match answer.result(&id) {
            Ok(range) if streams => {
                let stream = String::from_utf8_lossy(message.get(range).unwrap_or_default()).into_owned();
                Ok(Reply::receiving(Items::incoming(self.feed(stream, id.clone(), method)), parts))
            }
            Ok(range) => Ok(Reply::received(message.slice(range), parts)),
            Err(status) => Err(status.with_reply(parts)),
        };
        let goes_on = streams && reply.is_ok();
        // A caller that has gone has said so, or is about to.
        let _ = waiting.send(reply);
        if goes_on { Heard::Noted } else { Heard::Over(id) }
    }

    fn feed(&mut self, stream: String, call: String, method: &'static MethodSchema) -> Outlet {
        let left =
            Left { line: self.line.clone(), _line: self.line.upgrade(), stream: stream.clone(), method };
        let (items, outlet) = inbox(Some(Box::new(left)));
        self.feeds.insert(stream, Feed { items, call });
        outlet
    }

    /// Takes a notification of a stream.
    pub(super) fn fed(&mut self, message: &Bytes, notice: &Notice<'_>) -> Heard {
        let Some(feed) = self.feeds.get(notice.subscription.text) else { return Heard::Nothing };
        if let Some(value) = &notice.result {
            feed.items.item(message.slice(value.clone()));
            return Heard::Noted;
        }
        let failed = |Malformed| Status::unknown("the stream failed");
        feed.items.end(match &notice.error {
            None => Ok(()),
            Some(failure) => Err(error::read(failure).unwrap_or_else(failed)),
        });
        let over = self.feeds.remove(notice.subscription.text);
        over.map_or(Heard::Noted, |feed| Heard::Over(feed.call))
    }

    /// Whether more items wait for their readers than may; if so, the connection is woken when they do not.
    pub(super) fn is_full(&self, cx: &Context<'_>) -> bool {
        self.feeds.values().any(|feed| feed.items.poll_room(cx).is_pending())
    }
}

/// The parameters of a notification that belongs to a stream.
pub(super) struct Notice<'a> {
    pub(super) subscription: Raw<'a>,
    /// Where in the message the item stands.
    pub(super) result: Option<std::ops::Range<usize>>,
    pub(super) error: Option<Raw<'a>>,
}

/// The method that ends a stream.
pub(super) fn unsubscribe(method: &MethodSchema) -> &'static str {
    method.subscription.and_then(|names| names.unsubscribe).unwrap_or("rpc.unsubscribe")
}
