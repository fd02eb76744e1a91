//! The calls of one client, at one of the two ends.

mod send;
mod time;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::direction::{Receiving, Sending, is_before};
use super::numbers::Numbers;
use super::part::{Code, Kind, Malformed, Part, Reset};
use super::seen::{Number, Seen};
use super::turns::Turns;

/// Bytes of a request that may be sent before the server gives credit for more.
pub const REQUEST_WINDOW: u64 = 64 << 10;

/// Times that the other end is asked whether it knows a call before it is given up.
const MOST_PINGS: u32 = 3;

/// Parts without data that may wait to be sent: nobody who listens leaves so many.
pub const MOST_CONTROL: usize = 4096;

/// What an end is held to.
#[derive(Clone, Debug)]
pub struct Config {
    /// Bytes of a response that may come before its reader takes the first.
    pub window: u64,
    /// Calls that may be open at once: a server refuses one more.
    pub most_calls: usize,
    /// After how long a silence the other end is asked whether it knows a call; never where nothing is lost.
    pub silence: Option<Duration>,
}

/// What happened to a call, by its number.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// The client has begun it.
    Opened(u64),
    /// Bytes of the other direction, in order; and whether they are the last.
    Data(u64, Bytes, bool),
    /// What was to be sent has been, as far as there is credit: there is room for more.
    Room(u64),
    /// It is over, without an answer or before the answer's end.
    Over(u64, Reset),
    /// The other end has ended, or asks and does not listen.
    Left,
}

/// The calls of one client: at its end, or at the server's.
pub struct Calls {
    config: Config,
    /// The client's number.
    client: u64,
    /// Where its replies go.
    reply_to: Bytes,
    is_server: bool,
    /// No further call is begun.
    is_stopped: bool,
    /// The other end has ended, and whatever it says is not heard.
    is_left: bool,
    calls: Numbers<Call>,
    /// Bytes of all calls that wait to be sent.
    unsent: usize,
    /// Parts without data that wait to be sent.
    control: usize,
    seen: Seen,
    turns: Turns,
    events: VecDeque<Event>,
}

struct Call {
    priority: u32,
    /// Nothing of the request was sent yet.
    is_new: bool,
    sending: Sending,
    receiving: Receiving,
    /// It stands in its line.
    is_queued: bool,
    heard: Instant,
    pings: u32,
    /// The number of the part that was missing when the other end last told how many it had sent.
    missing: Option<u32>,
}

impl Call {
    fn new(priority: u32, credit: u64, window: u64, now: Instant) -> Self {
        Self {
            priority,
            is_new: false,
            sending: Sending::new(credit),
            receiving: Receiving::new(window),
            is_queued: false,
            heard: now,
            pings: 0,
            missing: None,
        }
    }
}

impl Calls {
    /// At the end of the client that draws this number, and receives at this address of at most 255 bytes.
    pub fn of_client(config: Config, client: u64, reply_to: Bytes) -> Self {
        Self::new(config, client, reply_to, false)
    }

    /// At the server.
    pub fn at_server(config: Config, client: u64, reply_to: Bytes) -> Self {
        Self::new(config, client, reply_to, true)
    }

    fn new(config: Config, client: u64, reply_to: Bytes, is_server: bool) -> Self {
        Self {
            config,
            client,
            reply_to,
            is_server,
            is_stopped: false,
            is_left: false,
            calls: Numbers::default(),
            unsent: 0,
            control: 0,
            seen: Seen::default(),
            turns: Turns::default(),
            events: VecDeque::new(),
        }
    }

    /// Begins a call. Numbers grow from call to call.
    pub fn open(&mut self, number: u64, priority: u32, now: Instant) {
        let call = Call::new(priority, REQUEST_WINDOW, self.config.window, now);
        self.calls.insert(number, Call { is_new: true, ..call });
    }

    /// Sends bytes of this end's direction, and says whether they are the last.
    pub fn send(&mut self, number: u64, data: Bytes, end: bool) {
        if let Some(call) = self.calls.get_mut(&number) {
            self.unsent += data.len();
            call.sending.push(data, end);
            self.queue(number);
        }
    }

    /// Bytes of all calls that wait to be sent.
    pub fn unsent(&self) -> usize {
        self.unsent
    }

    /// Bytes of a call that wait to be sent.
    pub fn waits(&self, number: u64) -> usize {
        self.calls.get(&number).map_or(0, |call| call.sending.waits())
    }

    /// The reader of a call took so many bytes.
    pub fn took(&mut self, number: u64, bytes: usize) {
        let Some(call) = self.calls.get_mut(&number) else { return };
        if let Some(upto) = call.receiving.took(bytes) {
            let priority = call.priority;
            self.say(priority, number, Kind::Credit { upto });
        }
    }

    /// Gives a call up; the other end is told.
    pub fn reset(&mut self, number: u64, reset: Reset) {
        // A server that has heard nothing of it yet needs no word of its end.
        if let Some(call) = self.remove(number)
            && !call.is_new
        {
            self.say(call.priority, number, Kind::Reset(reset));
        }
    }

    /// Ends all calls: there is nobody at the other end any more.
    pub fn gone(&mut self, reset: &Reset) {
        self.turns = Turns::default();
        (self.unsent, self.control) = (0, 0);
        for (number, _) in self.calls.drain() {
            self.events.push_back(Event::Over(number, reset.clone()));
        }
    }

    fn left(&mut self, reset: &Reset) {
        self.gone(reset);
        self.is_left = true;
        self.events.push_back(Event::Left);
    }

    /// Tells the server that the client has ended. Of a server's end each call is told by itself.
    pub fn leave(&mut self) {
        if !self.is_server {
            self.say(0, 0, Kind::Leave);
        }
    }

    /// Refuses all calls that are begun from now on.
    pub fn stop(&mut self) {
        self.is_stopped = true;
    }

    /// Whether a call is open.
    pub fn is_open(&self, number: u64) -> bool {
        self.calls.contains_key(&number)
    }

    /// How many calls are open.
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Whether none is open.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// The calls that are open.
    pub fn numbers(&self) -> Vec<u64> {
        self.calls.keys().copied().collect()
    }

    /// What happened since it was last asked.
    pub fn event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Takes a message from the other end, which came at this priority. Of a message that cannot be read, what stands
    /// before the trouble counts.
    ///
    /// # Errors
    /// A part that is none, or that never goes this way.
    pub fn receive(&mut self, mut message: Bytes, priority: u32, now: Instant) -> Result<(), Malformed> {
        let whole = message.len();
        while !self.is_left
            && let Some(Part { key, kind }) = Part::read(&mut message)?
        {
            if key.client != self.client {
                continue;
            }
            match kind {
                Kind::Open { reply_to, credit, data, end } if self.is_server => {
                    // A client has one address; another is somebody else's word.
                    if reply_to == self.reply_to {
                        self.opened(key.call, priority, credit, own(data, whole), end, now);
                    }
                }
                Kind::Open { .. } => return Err(Malformed("a request came to a client")),
                Kind::Leave if self.is_server => {
                    self.left(&Reset::new(Code::Cancelled, "the client has ended"));
                }
                Kind::Data { number, data, end } => {
                    self.about(key.call, Kind::Data { number, data: own(data, whole), end }, now);
                }
                kind => self.about(key.call, kind, now),
            }
        }
        Ok(())
    }

    fn opened(&mut self, number: u64, priority: u32, credit: u64, data: Bytes, end: bool, now: Instant) {
        match self.seen.note(number) {
            Number::New => {}
            // It comes twice, or late.
            Number::Seen => return,
            Number::Old if self.calls.contains_key(&number) => return,
            Number::Old => return self.too_old(priority, number),
        }
        if self.is_stopped {
            let reset = Reset::new(Code::Refused, "the server stops");
            return self.say(priority, number, Kind::Reset(reset));
        }
        if self.calls.len() >= self.config.most_calls {
            let text = format!("the client has {} calls open, and may have no more", self.config.most_calls);
            return self.say(priority, number, Kind::Reset(Reset::new(Code::Refused, text)));
        }
        self.calls.insert(number, Call::new(priority, credit, REQUEST_WINDOW, now));
        self.events.push_back(Event::Opened(number));
        self.data(number, 0, data, end);
    }

    /// More calls went before it than are remembered. Where nothing comes twice, it was not begun.
    fn too_old(&mut self, priority: u32, number: u64) {
        let code = if self.config.silence.is_none() { Code::Refused } else { Code::Lost };
        let reset = Reset::new(code, "too many newer calls came before it");
        self.say(priority, number, Kind::Reset(reset));
    }

    /// A part of a call that was begun.
    fn about(&mut self, number: u64, kind: Kind, now: Instant) {
        let Some(call) = self.calls.get_mut(&number) else {
            if matches!(kind, Kind::Ping { .. }) {
                let reset = Reset::new(Code::Unknown, "the call is not known");
                self.say(0, number, Kind::Reset(reset));
            }
            return;
        };
        (call.heard, call.pings) = (now, 0);
        match kind {
            Kind::Data { number: part, data, end } => self.data(number, part, data, end),
            Kind::Credit { upto } => {
                call.sending.credit(upto);
                self.queue(number);
            }
            Kind::Reset(reset) => {
                self.remove(number);
                self.events.push_back(Event::Over(number, reset));
            }
            Kind::Ping { sent, upto } => {
                let pong = Kind::Pong { sent: call.sending.next, upto: call.receiving.told() };
                let priority = call.priority;
                self.say(priority, number, pong);
                self.compare(number, sent, upto);
            }
            Kind::Pong { sent, upto } => self.compare(number, sent, upto),
            Kind::Open { .. } | Kind::Leave => {}
        }
    }

    fn data(&mut self, number: u64, part: u32, data: Bytes, end: bool) {
        let Some(call) = self.calls.get_mut(&number) else { return };
        let events = &mut self.events;
        let deliver = |data, end| events.push_back(Event::Data(number, data, end));
        match call.receiving.part(part, data, end, deliver) {
            Err(reset) => self.fail(number, reset),
            // A client has its whole answer.
            Ok(()) if call.receiving.ended && !self.is_server => drop(self.remove(number)),
            Ok(()) => {}
        }
    }

    /// The other end has sent so many parts: one that is still missing when this is said again was lost. So may have been
    /// what said how much credit it gave.
    fn compare(&mut self, number: u64, sent: u32, upto: u64) {
        let Some(call) = self.calls.get_mut(&number) else { return };
        call.sending.credit(upto);
        let next = call.receiving.next;
        if !is_before(next, sent) {
            call.missing = None;
        } else if call.missing.replace(next) == Some(next) {
            return self.fail(number, Reset::new(Code::Lost, "a part was lost"));
        }
        self.queue(number);
    }

    fn remove(&mut self, number: u64) -> Option<Call> {
        let call = self.calls.remove(&number)?;
        self.unsent -= call.sending.waits();
        if call.is_queued {
            self.turns.line(call.priority).calls.retain(|other| *other != number);
        }
        Some(call)
    }

    /// Ends a call at both ends.
    fn fail(&mut self, number: u64, reset: Reset) {
        self.reset(number, reset.clone());
        self.events.push_back(Event::Over(number, reset));
    }
}

/// Bytes of a message, to be kept without the rest of it where that is more: for small parts of large messages, which
/// credit does not count, would fill this end with what nobody reads.
fn own(data: Bytes, message: usize) -> Bytes {
    if data.len() < message / 2 { Bytes::copy_from_slice(&data) } else { data }
}
