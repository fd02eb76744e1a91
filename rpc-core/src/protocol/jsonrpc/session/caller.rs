//! The side of a session that calls.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::super::requests::Requests;
use super::super::response::Answer;
use super::super::scan::{Malformed, Raw};
use super::super::{error, extra};
use super::around::Around;
use super::back;
use super::extra::write_request;
use super::inbox::{Inbox, Outlet, Waiting, inbox};
use super::upload::Upload;
use crate::dispatch::{Call, Items, Reply};
use crate::metadata::ReplyParts;
use crate::protocol::Caller;
use crate::schema::{CallKind, MethodSchema};
use crate::status::Status;

/// What the callers of a session ask it to do.
pub(super) enum Command {
    Call(Box<Asking>, Turn),
    /// Says a notification, and tells when it was said.
    Notify(Vec<u8>, oneshot::Sender<()>, Turn),
    /// Nobody waits for this answer any more.
    Forget(String),
    /// Nobody reads this stream any more.
    Leave {
        stream: String,
        method: &'static MethodSchema,
    },
}

/// One of the few messages that wait to be said: others wait at their callers, who may give up and leave nothing behind.
pub(super) type Turn = OwnedSemaphorePermit;

/// How many there are.
const TURNS: usize = 64;

/// Calls that are remembered when they were given up.
const MOST_GIVEN_UP: usize = 1024;

/// A call that is to be made.
pub(super) struct Asking {
    pub(super) method: &'static MethodSchema,
    /// Its id, as it is sent.
    pub(super) id: String,
    /// The whole request.
    pub(super) message: Vec<u8>,
    pub(super) upload: Option<Upload>,
    pub(super) answer: oneshot::Sender<Result<Reply, Status>>,
}

/// A way to call over a session; one that serves nobody lasts as long as there is one.
#[derive(Clone)]
pub(super) struct Line {
    commands: mpsc::UnboundedSender<Command>,
    turns: Arc<Semaphore>,
    /// Why the session ended, once it has.
    lost: Arc<OnceLock<Status>>,
}

/// A way to call over a session as long as there is another one.
#[derive(Clone)]
pub(super) struct WeakLine {
    commands: mpsc::WeakUnboundedSender<Command>,
    turns: Arc<Semaphore>,
    lost: Arc<OnceLock<Status>>,
}

/// What was asked of the peer.
pub(super) struct Asked {
    commands: mpsc::UnboundedReceiver<Command>,
    line: WeakLine,
    /// Gives each request of this end an id of its own, whoever makes it.
    requests: Arc<Requests>,
    /// How much waits for the readers of the connection's streams.
    waiting: Waiting,
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
    let (sender, commands) = mpsc::unbounded_channel();
    let turns = Arc::new(Semaphore::new(TURNS));
    let line = Line { commands: sender, turns, lost: Arc::default() };
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

impl WeakLine {
    /// The line, or why there is none any more.
    pub(super) fn upgrade(&self) -> Result<Line, Status> {
        let line = |commands| Line { commands, turns: self.turns.clone(), lost: self.lost.clone() };
        self.commands.upgrade().map(line).ok_or_else(|| lost(&self.lost))
    }
}

/// Why there is no answer.
fn lost(known: &OnceLock<Status>) -> Status {
    let unknown = || Status::unavailable("the connection was lost before the call was answered");
    known.get().cloned().unwrap_or_else(unknown)
}

impl Line {
    fn downgrade(&self) -> WeakLine {
        let (turns, lost) = (self.turns.clone(), self.lost.clone());
        WeakLine { commands: self.commands.downgrade(), turns, lost }
    }

    /// Whether the session has ended.
    pub(super) fn is_closed(&self) -> bool {
        self.commands.is_closed()
    }

    /// Makes a call, whose request has the id `id` (none for a notification) and ends with it. Dropping the future
    /// cancels the call.
    pub(super) async fn call(
        &self,
        mut call: Call,
        mut message: Vec<u8>,
        id: Option<String>,
    ) -> Result<Reply, Status> {
        let closing = message.pop();
        write_request(call.context(), &mut message);
        message.extend(closing);
        match id {
            Some(id) if call.method().kind != CallKind::OneWay => {
                let upload = call.take_stream();
                self.ask(call.method(), id, message, upload).await
            }
            _ => {
                self.notify(message).await?;
                if let Some(taken) = call.take_announcement() {
                    // A caller that has gone needs no word of it.
                    let _ = taken.send(());
                }
                Ok(Reply::received(Bytes::from_static(b"null"), Default::default()))
            }
        }
    }

    /// Sends a request and waits for its answer.
    async fn ask(
        &self,
        method: &'static MethodSchema,
        id: String,
        message: Vec<u8>,
        upload: Option<Items>,
    ) -> Result<Reply, Status> {
        let turn = self.turn().await?;
        let (answer, answered) = oneshot::channel();
        let upload = upload.map(Upload::new);
        let mut unanswered =
            Unanswered { line: self.commands.clone(), id: Some(id.clone()), upload: upload.clone() };
        let asking = Box::new(Asking { method, id, message, upload, answer });
        self.commands.send(Command::Call(asking, turn)).map_err(|_| self.lost())?;
        let answer = answered.await;
        unanswered.id = None;
        answer.unwrap_or_else(|_| Err(self.lost()))
    }

    /// Says a notification. One that waits for others to be said, waits here.
    async fn notify(&self, message: Vec<u8>) -> Result<(), Status> {
        let turn = self.turn().await?;
        let (said, on_said) = oneshot::channel();
        self.commands.send(Command::Notify(message, said, turn)).map_err(|_| self.lost())?;
        on_said.await.map_err(|_| self.lost())
    }

    async fn turn(&self) -> Result<Turn, Status> {
        self.turns.clone().acquire_owned().await.map_err(|_| self.lost())
    }

    fn lost(&self) -> Status {
        lost(&self.lost)
    }
}

/// Tells when a call is given up.
struct Unanswered {
    line: mpsc::UnboundedSender<Command>,
    id: Option<String>,
    upload: Option<Upload>,
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        if let Some(id) = self.id.take() {
            self.upload.iter().for_each(Upload::forget);
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
    upload: Option<Upload>,
}

impl Drop for Left {
    fn drop(&mut self) {
        self.upload.iter().for_each(Upload::forget);
        if let Some(line) = self.line.upgrade() {
            let _ =
                line.send(Command::Leave { stream: std::mem::take(&mut self.stream), method: self.method });
        }
    }
}

impl Asked {
    /// Counts what waits with all else on the connection.
    pub(super) fn counting(mut self, waiting: Waiting) -> Asked {
        self.waiting = waiting;
        self
    }

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
    pub(super) fn expect(
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
        self.line.turns.close();
        self.commands.close();
        while self.commands.try_recv().is_ok() {}
    }

    /// Ends all calls and streams, and those to come: the peer answers no more, for this reason if it is known.
    pub(super) fn end(&mut self, why: Option<Status>) {
        if let Some(why) = why {
            self.feeds.values().for_each(|feed| feed.items.end(Err(why.clone())));
            // The first one is the reason of all.
            self.line.lost.get_or_init(|| why);
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
        let (line, name) = (self.line.commands.clone(), stream.clone());
        let left = Left { _line: line.upgrade(), line, stream: name, method, upload };
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
