//! One connection that many calls share: what it reads, what runs, and what it says.

use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::AbortHandle;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, Stream};
use http_body::{Body as _, Frame};
use polyrpc_transports::Body;
use tokio::sync::oneshot;

use super::inbox::Inbox;
use super::outgoing::{Outgoing, Stop};
use super::serving::{Answer, Next, Serving};
use super::wire::{Framing, Reader};
use crate::dispatch::FILL;

/// Messages that are read before others get their turn.
const TURN: usize = 256;

/// A session: its body is what it says, and it reads another body.
pub(super) struct Session {
    pub(super) serving: Arc<Serving>,
    pub(super) framing: Framing,
    reader: Reader,
    /// None once the peer has said its last.
    incoming: Option<Body>,
    /// What is to be said.
    out: Vec<u8>,
    work: FuturesUnordered<Pin<Box<dyn Future<Output = Event> + Send>>>,
    pub(super) open: Open,
    ended: bool,
}

/// What the peer can refer to.
#[derive(Default)]
pub(super) struct Open {
    /// Its calls, by their ids as they were sent.
    pub(super) calls: HashMap<String, OpenCall>,
    /// The streams that answer its calls, by their names.
    pub(super) streams: HashMap<String, oneshot::Sender<Stop>>,
    last_stream: u64,
}

/// A call that has not ended.
pub(super) struct OpenCall {
    pub(super) abort: AbortHandle,
    /// Where the items of its argument go.
    pub(super) upload: Option<Inbox>,
    /// The stream that answers it, once it has begun.
    pub(super) stream: Option<String>,
}

impl Open {
    /// A name for a stream.
    pub(super) fn name(&mut self) -> String {
        self.last_stream += 1;
        self.last_stream.to_string()
    }
}

/// What came of something that ran.
pub(super) enum Event {
    /// The answers to a call, or to those of a batch: the text, and what comes behind it. Each has the id of its call.
    Answered(Vec<u8>, Vec<(Option<String>, Option<Next>)>),
    /// Notifications of a stream; and whether it goes on.
    Filled(Outgoing, Vec<u8>, bool),
}

impl Session {
    pub(super) fn new(serving: Serving, framing: Framing, incoming: Body) -> Session {
        let reader = Reader::new(framing, serving.host.limits.message);
        Session {
            serving: Arc::new(serving),
            framing,
            reader,
            incoming: Some(incoming),
            out: Vec::new(),
            work: FuturesUnordered::new(),
            open: Open::default(),
            ended: false,
        }
    }

    /// How many calls and streams are under way.
    pub(super) fn busy(&self) -> usize {
        self.work.len()
    }

    /// Says a message; an empty one is none.
    pub(super) fn say(&mut self, text: &[u8]) {
        if !text.is_empty() {
            let start = self.out.len();
            self.out.extend_from_slice(text);
            self.framing.close(&mut self.out, start);
        }
    }

    /// Runs something, which may have ended already.
    pub(super) fn run(
        &mut self,
        mut running: Pin<Box<dyn Future<Output = Event> + Send>>,
        cx: &mut Context<'_>,
    ) -> bool {
        match running.poll_unpin(cx) {
            Poll::Ready(event) => {
                self.happened(event, cx);
                true
            }
            Poll::Pending => {
                self.work.push(running);
                false
            }
        }
    }

    fn happened(&mut self, event: Event, cx: &mut Context<'_>) {
        match event {
            Event::Answered(text, calls) => {
                self.say(&text);
                for (call, next) in calls {
                    self.proceed(call, next, cx);
                }
            }
            Event::Filled(stream, text, goes_on) => {
                self.out.extend_from_slice(&text);
                if goes_on {
                    self.work.push(Box::pin(filled(stream)));
                    return;
                }
                self.open.streams.remove(&stream.name);
                if let Some(call) = &stream.call {
                    self.open.calls.remove(call);
                }
            }
        }
    }

    /// Goes on behind the answer to a call.
    fn proceed(&mut self, call: Option<String>, next: Option<Next>, cx: &mut Context<'_>) {
        match next {
            None => {
                call.and_then(|call| self.open.calls.remove(&call));
            }
            Some(Next::Call(answering)) => {
                self.run(Box::pin(answered(call, answering)), cx);
            }
            Some(Next::Stream(stream, stop)) => {
                if let Some(open) = call.and_then(|call| self.open.calls.get_mut(&call)) {
                    open.stream = Some(stream.name.clone());
                }
                self.open.streams.insert(stream.name.clone(), stop);
                self.work.push(Box::pin(filled(stream)));
            }
        }
    }

    /// Reads what has arrived, while there is room for what comes of it; whether anything had.
    fn read(&mut self, cx: &mut Context<'_>) -> bool {
        for turn in 0..TURN {
            let full = self.out.len() >= FILL || self.open.calls.values().any(|call| call.is_full(cx));
            if full || self.ended {
                return turn > 0;
            }
            match self.reader.next(&mut self.out) {
                Ok(Some(message)) => self.receive(message, cx),
                Ok(None) if self.reader.is_closed() => self.ended = true,
                Ok(None) => match self.read_more(cx) {
                    true => {}
                    false => return turn > 0,
                },
                Err(status) => {
                    let answer = Answer::failed(&status, Some("null"));
                    self.say(&answer.text);
                    self.ended = true;
                }
            }
        }
        true
    }

    /// Whether more bytes arrived, or the end.
    fn read_more(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(incoming) = &mut self.incoming else { return false };
        match Pin::new(incoming).poll_frame(cx) {
            Poll::Pending => return false,
            Poll::Ready(Some(Ok(frame))) => {
                if let Ok(data) = frame.into_data() {
                    self.reader.push(data);
                }
            }
            Poll::Ready(None) => {
                self.incoming = None;
                if let Some(message) = self.reader.last() {
                    self.receive(message, cx);
                }
            }
            // The connection is lost, and nobody hears what we say.
            Poll::Ready(Some(Err(_))) => {
                self.incoming = None;
                self.ended = true;
            }
        }
        true
    }

    /// Lets what runs go on, while there is room for what it says; whether anything came of it.
    fn work(&mut self, cx: &mut Context<'_>) -> bool {
        let mut worked = false;
        while self.out.len() < FILL && !self.ended {
            let Poll::Ready(Some(event)) = Pin::new(&mut self.work).poll_next(cx) else { break };
            self.happened(event, cx);
            worked = true;
        }
        worked
    }
}

impl OpenCall {
    /// Whether more items of its argument wait than may; if so, it wakes the connection when they do not.
    fn is_full(&self, cx: &Context<'_>) -> bool {
        self.upload.as_ref().is_some_and(|upload| upload.poll_room(cx).is_pending())
    }
}

/// A single call.
pub(super) async fn answered(call: Option<String>, answering: super::serving::Answering) -> Event {
    let Answer { text, next } = answering.await;
    Event::Answered(text, vec![(call, next)])
}

async fn filled(mut stream: Outgoing) -> Event {
    let (text, goes_on) = stream.fill().await;
    Event::Filled(stream, text, goes_on)
}

impl http_body::Body for Session {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = &mut *self;
        let (read, worked) = (this.read(cx), this.work(cx));
        if !this.out.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut this.out).into()))));
        }
        if this.ended || this.incoming.is_none() && this.work.is_empty() {
            this.ended = true;
            this.work.clear();
            return Poll::Ready(None);
        }
        if read || worked {
            // There may be more.
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}
