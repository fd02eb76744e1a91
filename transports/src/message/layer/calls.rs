//! The calls of one client, at one of the two ends.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::direction::{Receiving, Sending, is_before};
use super::numbers::Numbers;
use super::part::{Code, HEADER, Key, Kind, LEAST_MESSAGE, Malformed, Part, Reset};
use super::seen::Seen;
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
        while let Some(Part { key, kind }) = Part::read(&mut message)? {
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
                    self.gone(&Reset::new(Code::Cancelled, "the client has ended"));
                    self.events.push_back(Event::Left);
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
        if !self.seen.is_new(number) {
            return;
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

/// What is sent.
impl Calls {
    fn say(&mut self, priority: u32, number: u64, kind: Kind) {
        if self.control >= MOST_CONTROL {
            self.gone(&Reset::new(Code::Lost, "the other end asks, and does not listen"));
            return self.events.push_back(Event::Left);
        }
        self.control += 1;
        let key = Key { client: self.client, call: number };
        self.turns.line(priority).control.push_back(Part { key, kind });
    }

    fn queue(&mut self, number: u64) {
        if let Some(call) = self.calls.get_mut(&number)
            && !call.is_queued
            && call.sending.is_ready()
        {
            call.is_queued = true;
            self.turns.line(call.priority).calls.push_back(number);
        }
    }

    /// Whether there is something to send.
    pub fn is_ready(&self) -> bool {
        !self.turns.is_empty()
    }

    /// Writes the next message, of at most so many bytes, and says at which priority it is to be sent; `None` if there is
    /// nothing to say. Calls take turns. Messages have room for [`LEAST_MESSAGE`].
    pub fn transmit(&mut self, most: usize, out: &mut Vec<u8>) -> Option<u32> {
        let start = out.len();
        // Calls that were given up may leave lines in which nothing is left to say.
        while let Some(line) = self.turns.first() {
            let priority = line.priority;
            self.fill(priority, start + most.max(LEAST_MESSAGE), out);
            if out.len() > start {
                return Some(priority);
            }
        }
        None
    }

    /// Writes parts of one priority until the message has so many bytes, or nothing is left.
    fn fill(&mut self, priority: u32, until: usize, out: &mut Vec<u8>) {
        let start = out.len();
        loop {
            let line = self.turns.line(priority);
            if let Some(part) = line.control.front() {
                let before = out.len();
                part.write(out);
                if out.len() > until {
                    out.truncate(before);
                    return;
                }
                line.control.pop_front();
                self.control -= 1;
                continue;
            }
            let Some(number) = line.calls.pop_front() else { return };
            let Some(call) = self.calls.get_mut(&number) else { continue };
            let room = until.saturating_sub(out.len());
            let overhead = HEADER + if call.is_new { 9 + self.reply_to.len() } else { 0 };
            if room <= overhead && out.len() > start {
                line.calls.push_front(number);
                return;
            }
            call.is_queued = false;
            let Some((part, data, end)) = call.sending.take(room.saturating_sub(overhead)) else { continue };
            self.unsent -= data.len();
            let kind = if std::mem::take(&mut call.is_new) {
                Kind::Open { reply_to: self.reply_to.clone(), credit: self.config.window, data, end }
            } else {
                Kind::Data { number: part, data, end }
            };
            Part { key: Key { client: self.client, call: number }, kind }.write(out);
            self.sent(number);
        }
    }

    /// A part of a call was sent.
    fn sent(&mut self, number: u64) {
        let Some(call) = self.calls.get(&number) else { return };
        if call.sending.is_done() {
            // A server's answer ends the call, whatever of the request is still under way.
            if self.is_server {
                self.remove(number);
            }
        } else if call.sending.waits() == 0 {
            self.events.push_back(Event::Room(number));
        } else {
            self.queue(number);
        }
    }
}

/// Time.
impl Calls {
    /// When [`tick`](Self::tick) is to be called next.
    pub fn timer(&self) -> Option<Instant> {
        self.calls.values().filter_map(|call| self.due(call)).min()
    }

    fn due(&self, call: &Call) -> Option<Instant> {
        self.config.silence.map(|silence| call.heard + silence * (call.pings + 1))
    }

    /// Does what is due.
    pub fn tick(&mut self, now: Instant) {
        let calls = self.calls.iter().filter(|(_, call)| self.due(call).is_some_and(|due| due <= now));
        let due: Vec<u64> = calls.map(|(number, _)| *number).collect();
        for number in due {
            let Some(call) = self.calls.get_mut(&number) else { continue };
            if call.pings >= MOST_PINGS {
                self.fail(
                    number,
                    Reset::new(Code::Silent, "nothing was heard of the other end for too long"),
                );
                continue;
            }
            call.pings += 1;
            let ping = Kind::Ping { sent: call.sending.next, upto: call.receiving.told() };
            let priority = call.priority;
            self.say(priority, number, ping);
        }
    }
}
