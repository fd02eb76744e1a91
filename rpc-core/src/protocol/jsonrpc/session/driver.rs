//! One connection that many calls share: what it reads, what runs, and what it says.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, Stream};
use http_body::{Body as _, Frame};
use polyrpc_transports::Body;
use tokio::time::Sleep;

#[cfg(feature = "client")]
use super::caller::Asked;
use super::inbox::Waiting;
#[cfg(feature = "client")]
use super::line::Line;
use super::open::Open;
use super::outgoing::Outgoing;
use super::probe::Probe;
use super::serving::{Answer, Next, Serving};
use super::under_way::UnderWay;
use super::wire::{Framing, Reader};
use crate::dispatch::FILL;
use crate::protocol::Limits;
#[cfg(feature = "client")]
use crate::protocol::torn_response;

/// Messages that are read before others get their turn.
const TURN: usize = 256;

/// A session: its body is what it says, and it reads another body.
pub(super) struct Session {
    /// What the peer may call.
    pub(super) serving: Option<Arc<Serving>>,
    /// What the peer is asked.
    #[cfg(feature = "client")]
    pub(super) asked: Asked,
    /// None where it ends when nobody will call the peer any more.
    #[cfg(feature = "client")]
    stays: Option<Line>,
    pub(super) limits: Limits,
    pub(super) framing: Framing,
    pub(super) reader: Reader,
    /// None once the peer has said its last.
    pub(super) incoming: Option<Body>,
    /// What is to be said.
    pub(super) out: Vec<u8>,
    /// None where what it says is not written by whoever reads it, but handed on.
    under_way: Option<UnderWay>,
    work: FuturesUnordered<Pin<Box<dyn Future<Output = Event> + Send>>>,
    pub(super) open: Open,
    /// How much waits for the readers of streams.
    pub(super) waiting: Waiting,
    /// Streams of the peer's that we left.
    pub(super) farewells: u64,
    /// Looks whether a peer is there that says no more.
    pub(super) probe: Option<Probe>,
    /// How long yet the connection is held back by streams that are not read.
    pub(super) held: Option<Pin<Box<Sleep>>>,
    /// Takes no further calls: the server is about to stop.
    pub(super) refuses: bool,
    pub(super) ended: bool,
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
        #[cfg(feature = "client")]
        let waiting = asked.waiting.clone();
        #[cfg(not(feature = "client"))]
        let waiting = Waiting::default();
        #[cfg(feature = "client")]
        let serving = serving.map(|serving| serving.to(asked.caller()));
        Session {
            serving: serving.map(Arc::new),
            #[cfg(feature = "client")]
            asked,
            #[cfg(feature = "client")]
            stays: None,
            limits,
            framing,
            reader: Reader::new(framing, limits.message),
            incoming: Some(incoming),
            out: Vec::new(),
            under_way: None,
            work: FuturesUnordered::new(),
            open: Open::default(),
            waiting,
            farewells: 0,
            probe: None,
            held: None,
            refuses: false,
            ended: false,
        }
    }

    /// What it says is written to a connection of its own, piece by piece; in between it goes on.
    pub(super) fn on_a_connection(mut self) -> Session {
        self.under_way = Some(UnderWay::default());
        self
    }

    /// It goes on though nobody calls the peer: the peer calls.
    #[cfg(feature = "client")]
    pub(super) fn staying(mut self, line: Line) -> Session {
        self.stays = Some(line);
        self
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
        if self.out.len() >= FILL {
            self.work.push(running);
            return false;
        }
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
                if !self.open.is_left(&calls) {
                    self.say(&text);
                }
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
                match &stream.call {
                    Some(call) => {
                        self.open.streams.remove(&stream.name);
                        self.open.calls.remove(call);
                        self.open.running -= 1;
                    }
                    // The argument of a call that we made: its name is an id of ours.
                    None => drop(self.open.uploads.remove(&stream.name)),
                }
            }
        }
    }

    /// Goes on behind the answer to a call.
    fn proceed(&mut self, call: Option<String>, next: Option<Next>, cx: &mut Context<'_>) {
        match next {
            None => {
                self.open.running -= 1;
                call.and_then(|call| self.open.calls.remove(&call));
            }
            Some(Next::Call(answering)) => {
                self.run(Box::pin(answered(call, answering)), cx);
            }
            Some(Next::Stream(stream, stop)) => {
                if let Some(open) = call.and_then(|call| self.open.calls.get_mut(&call)) {
                    open.stream = true;
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
                    #[cfg(feature = "client")]
                    self.asked.end(Some(status));
                    self.ended = true;
                }
            }
        }
        true
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

    /// Whether nothing will come of it any more, and all is taken.
    pub(super) fn is_over(&self) -> bool {
        if !self.out.is_empty() {
            return false;
        }
        if self.ended {
            return true;
        }
        #[cfg(feature = "client")]
        if self.stays.is_none() {
            return self.incoming.is_none() || self.asked.is_over();
        }
        (self.incoming.is_none() || self.refuses) && self.work.is_empty()
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
            Poll::Ready(None) => self.hushed(cx),
            // What runs comes to its end; for that, the peer is heard.
            Poll::Ready(Some(Err(error))) if error.is_stopped() => self.refuses = true,
            // The connection is lost, and nobody hears what we say.
            #[cfg_attr(not(feature = "client"), expect(unused_variables, reason = "nobody asks"))]
            Poll::Ready(Some(Err(error))) => {
                #[cfg(feature = "client")]
                self.asked.end(Some(torn_response(error, self.limits.message)));
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
        self.asked.end(None);
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

impl Session {
    /// Does what can be done now; whether that was anything.
    pub(super) fn progress(&mut self, cx: &mut Context<'_>) -> bool {
        let (asked, read, worked) = (self.ask(cx), self.read(cx), self.work(cx));
        asked || read || worked
    }

    /// What is to be written, if there is something.
    #[cfg(feature = "client")]
    pub(super) fn take(&mut self) -> Option<Bytes> {
        (!self.out.is_empty()).then(|| std::mem::take(&mut self.out).into())
    }
}

/// On a connection of its own, one piece of what it says is under way at a time; meanwhile it goes on reading, if it waits
/// for answers. Two ends that both read no more until the other has read would wait for each other for ever. (A stream of
/// HTTP/2 asks for the next piece only where there is a window for it: there the peer must read.)
impl http_body::Body for Session {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let progressed = self.progress(cx);
        self.probe(cx);
        if !self.out.is_empty() && self.under_way.as_ref().is_none_or(|piece| piece.is_free(cx)) {
            let text = std::mem::take(&mut self.out);
            let data = match &self.under_way {
                Some(piece) => piece.begin(text),
                None => text.into(),
            };
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        if self.is_over() {
            self.end();
            return Poll::Ready(None);
        }
        if progressed {
            // There may be more.
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }

    /// What a caller says is of no use when nobody is there to hear of it: who cannot get it written may give it up.
    #[cfg(feature = "client")]
    fn is_end_stream(&self) -> bool {
        self.stays.is_none() && self.asked.is_forsaken()
    }
}
