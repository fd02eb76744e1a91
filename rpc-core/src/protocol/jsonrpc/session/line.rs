//! How callers reach a session, which may run in another task.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::extra::write_request;
use super::upload::Upload;
use crate::dispatch::{Call, Items, Reply};
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

/// A way to call over a session; one that we opened lasts as long as there is one.
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

impl WeakLine {
    /// Lets nobody call any more.
    pub(super) fn close(&self) {
        self.turns.close();
    }

    /// Tells those who call why they get no answer. The first reason is that of all.
    pub(super) fn lose(&self, why: Status) {
        self.lost.get_or_init(|| why);
    }

    /// What tells of the end of a reader, and keeps the session until then.
    pub(super) fn leaving(
        &self,
        stream: String,
        method: &'static MethodSchema,
        upload: Option<Upload>,
    ) -> Left {
        Left { line: self.commands.clone(), _line: self.commands.upgrade(), stream, method, upload }
    }

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
    /// A line, and what is asked by it.
    pub(super) fn open() -> (Line, mpsc::UnboundedReceiver<Command>) {
        let (commands, asked) = mpsc::unbounded_channel();
        (Line { commands, turns: Arc::new(Semaphore::new(TURNS)), lost: Arc::default() }, asked)
    }

    pub(super) fn downgrade(&self) -> WeakLine {
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
pub(super) struct Left {
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

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    #[test]
    fn messages_that_are_given_up_leave_nothing_behind_those_that_had_their_turn() {
        let (line, mut commands) = Line::open();
        let mut cx = Context::from_waker(Waker::noop());
        for _ in 0..10 * TURNS {
            let mut notifying = pin!(line.notify(vec![b'x'; 1000]));
            assert!(notifying.as_mut().poll(&mut cx).is_pending());
        }
        assert_eq!(commands.len(), TURNS);
        // What was said gives its turn to another.
        drop(commands.try_recv());
        assert!(pin!(line.notify(Vec::new())).as_mut().poll(&mut cx).is_pending());
        assert_eq!(commands.len(), TURNS);
    }
}
