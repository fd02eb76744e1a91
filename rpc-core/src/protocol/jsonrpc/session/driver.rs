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

#[cfg(feature = "client")]
use super::caller::Asked;
use super::inbox::Inbox;
use super::outgoing::{Outgoing, Stop};
use super::serving::{Answer, Next, Serving};
use super::wire::{Framing, Reader};
use crate::dispatch::FILL;
use crate::protocol::Limits;

/// Messages that are read before others get their turn.
const TURN: usize = 256;

/// A session: its body is what it says, and it reads another body.
pub(super) struct Session {
    /// What the peer may call.
    pub(super) serving: Option<Arc<Serving>>,
    /// What the peer is asked.
    #[cfg(feature = "client")]
    pub(super) asked: Asked,
    pub(super) limits: Limits,
    pub(super) framing: Framing,
    reader: Reader,
    /// None once the peer has said its last.
    incoming: Option<Body>,
    /// What is to be said.
    out: Vec<u8>,
    work: FuturesUnordered<Pin<Box<dyn Future<Output = Event> + Send>>>,
    pub(super) open: Open,
    /// Streams of the peer's that we left.
    pub(super) farewells: u64,
    ended: bool,
}

/// What the peer can refer to.
#[derive(Default)]
pub(super) struct Open {
    /// Its calls, by their ids as they were sent.
    pub(super) calls: HashMap<String, OpenCall>,
    /// The streams that answer its calls, by their names.
    pub(super) streams: HashMap<String, oneshot::Sender<Stop>>,
    /// The streams that are arguments of calls that we made, by the ids of these.
    pub(super) uploads: HashMap<String, oneshot::Sender<Stop>>,
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
    pub(super) fn new(
        framing: Framing,
        incoming: Body,
        limits: Limits,
        serving: Option<Serving>,
        #[cfg(feature = "client")] asked: Asked,
    ) -> Session {
        Session {
            serving: serving.map(Arc::new),
            #[cfg(feature = "client")]
            asked,
            limits,
            framing,
            reader: Reader::new(framing, limits.message),
            incoming: Some(incoming),
            out: Vec::new(),
            work: FuturesUnordered::new(),
            open: Open::default(),
            farewells: 0,
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
                self.open.uploads.remove(&stream.name);
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
                self.stream(stream);
            }
        }
    }

    /// Lets a stream say its items.
    pub(super) fn stream(&mut self, stream: Outgoing) {
        self.work.push(Box::pin(filled(stream)));
    }

    /// Reads what has arrived, while there is room for what comes of it; whether anything had.
    fn read(&mut self, cx: &mut Context<'_>) -> bool {
        for turn in 0..TURN {
            if self.ended || self.is_full(cx) {
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

    /// Whether more waits for others than may.
    fn is_full(&self, cx: &Context<'_>) -> bool {
        #[cfg(feature = "client")]
        if self.asked.is_full(cx) {
            return true;
        }
        self.out.len() >= FILL || self.open.calls.values().any(|call| call.is_full(cx))
    }

    /// Does what its callers ask; whether they asked for anything.
    #[cfg(feature = "client")]
    fn ask(&mut self, cx: &mut Context<'_>) -> bool {
        let mut asked = false;
        while self.out.len() < FILL && !self.ended {
            let Poll::Ready(Some(command)) = self.asked.poll_command(cx) else { break };
            self.command(command);
            asked = true;
        }
        asked
    }

    #[cfg(not(feature = "client"))]
    fn ask(&mut self, _: &mut Context<'_>) -> bool {
        false
    }

    /// Whether nothing will come of it any more.
    fn is_over(&self) -> bool {
        if self.ended {
            return true;
        }
        #[cfg(feature = "client")]
        if self.serving.is_none() {
            return self.incoming.is_none() || self.asked.is_over() && self.work.is_empty();
        }
        self.incoming.is_none() && self.work.is_empty()
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
                #[cfg(feature = "client")]
                self.asked.end();
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

impl Session {
    /// Drops all that runs, and fails all that waits for the peer.
    fn end(&mut self) {
        self.ended = true;
        self.incoming = None;
        self.work.clear();
        self.open = Open::default();
        #[cfg(feature = "client")]
        self.asked.end();
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
        let (asked, read, worked) = (this.ask(cx), this.read(cx), this.work(cx));
        if !this.out.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut this.out).into()))));
        }
        if this.is_over() {
            this.end();
            return Poll::Ready(None);
        }
        if asked || read || worked {
            // There may be more.
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}
