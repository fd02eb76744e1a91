//! The calls of one end: of a client, or of a server with its clients.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::direction::{Receiving, Sending};
use super::part::{Code, HEADER, Key, Kind, Malformed, Part, Reset};
use super::seen::Seen;

/// Bytes of a request that may be sent before the server gives credit for more.
pub(crate) const REQUEST_WINDOW: u64 = 64 << 10;

/// Times that the other end is asked whether it knows a call before it is given up.
const MOST_PINGS: u32 = 3;

/// What an end is held to.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// Bytes of a response that may come before its reader takes the first.
    pub(crate) window: u64,
    /// Calls that one client may have open at a server.
    pub(crate) most_calls: usize,
    /// After how long a silence the other end is asked whether it knows a call; never where nothing is lost.
    pub(crate) silence: Option<Duration>,
}

/// What happened to a call.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A client has begun it.
    Opened(Key),
    /// Bytes of the other direction, in order; and whether they are the last.
    Data(Key, Bytes, bool),
    /// What was to be sent has been, as far as there is credit: there is room for more.
    Room(Key),
    /// It is over, without an answer or before the answer's end.
    Over(Key, Reset),
}

/// The calls of one end.
pub(crate) struct Calls {
    config: Config,
    calls: HashMap<Key, Call>,
    peers: HashMap<u64, Peer>,
    /// The peers for whom there is something to send.
    ready: VecDeque<u64>,
    events: VecDeque<Event>,
}

struct Call {
    /// Where the reply goes, until the first part was sent.
    opens: Option<Bytes>,
    sending: Sending,
    receiving: Receiving,
    is_server: bool,
    /// It stands in its peer's list.
    is_queued: bool,
    heard: Instant,
    pings: u32,
    /// The number of the part that was missing when the other end last told how many it had sent.
    missing: Option<u32>,
}

/// Somebody at the other end.
#[derive(Default)]
struct Peer {
    address: Bytes,
    seen: Seen,
    calls: usize,
    /// Parts that need no credit.
    control: VecDeque<Part>,
    /// Calls that have something to send.
    queue: VecDeque<Key>,
    is_ready: bool,
}

impl Calls {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            config,
            calls: HashMap::new(),
            peers: HashMap::new(),
            ready: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// Begins a call of the client that the key names; its reply is to come to `reply_to`.
    pub(crate) fn open(&mut self, key: Key, reply_to: Bytes, now: Instant) {
        let call = Call {
            opens: Some(reply_to),
            sending: Sending::new(REQUEST_WINDOW),
            receiving: Receiving::new(self.config.window),
            is_server: false,
            is_queued: false,
            heard: now,
            pings: 0,
            missing: None,
        };
        self.peers.entry(key.client).or_default().calls += 1;
        self.calls.insert(key, call);
    }

    /// Sends bytes of this end's direction, and says whether they are the last.
    pub(crate) fn send(&mut self, key: Key, data: Bytes, end: bool) {
        if let Some(call) = self.calls.get_mut(&key) {
            call.sending.push(data, end);
            self.queue(key);
        }
    }

    /// Bytes that wait to be sent.
    pub(crate) fn waits(&self, key: Key) -> usize {
        self.calls.get(&key).map_or(0, |call| call.sending.waits())
    }

    /// The reader of a call took so many bytes.
    pub(crate) fn took(&mut self, key: Key, bytes: usize) {
        let Some(call) = self.calls.get_mut(&key) else { return };
        if let Some(upto) = call.receiving.took(bytes) {
            self.say(Part { key, kind: Kind::Credit { upto } });
        }
    }

    /// Gives a call up; the other end is told.
    pub(crate) fn reset(&mut self, key: Key, reset: Reset) {
        if let Some(call) = self.remove(key) {
            // A server that has heard nothing of it yet needs no word of its end.
            if call.opens.is_none() {
                self.say(Part { key, kind: Kind::Reset(reset) });
            }
        }
    }

    /// Ends all calls of a peer that is no more.
    pub(crate) fn gone(&mut self, client: u64, reset: &Reset) {
        let keys: Vec<Key> = self.calls.keys().filter(|key| key.client == client).copied().collect();
        for key in keys {
            self.remove(key);
            self.events.push_back(Event::Over(key, reset.clone()));
        }
        self.peers.remove(&client);
    }

    /// Where the replies of a client go.
    pub(crate) fn address(&self, client: u64) -> Option<&Bytes> {
        self.peers.get(&client).map(|peer| &peer.address)
    }

    /// The clients that are known, and have calls or had some.
    pub(crate) fn clients(&self) -> impl Iterator<Item = u64> {
        self.peers.keys().copied()
    }

    /// How many calls are open.
    pub(crate) fn len(&self) -> usize {
        self.calls.len()
    }

    /// What happened since it was last asked.
    pub(crate) fn event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Takes a message of a client's, at a server, or of the server's, at a client. Of a message that cannot be read, what
    /// stands before the trouble counts.
    pub(crate) fn receive(
        &mut self,
        mut message: Bytes,
        is_server: bool,
        now: Instant,
    ) -> Result<(), Malformed> {
        while let Some(Part { key, kind }) = Part::read(&mut message)? {
            match kind {
                Kind::Open { reply_to, credit, data, end } if is_server => {
                    self.opened(key, reply_to, credit, data, end, now);
                }
                Kind::Open { .. } => return Err(Malformed("a request came to a client")),
                kind => self.about(key, kind, now),
            }
        }
        Ok(())
    }

    fn opened(&mut self, key: Key, reply_to: Bytes, credit: u64, data: Bytes, end: bool, now: Instant) {
        let peer = self.peers.entry(key.client).or_default();
        if peer.address.is_empty() {
            peer.address = reply_to;
        } else if peer.address != reply_to {
            // A client has one address; this one is somebody else's word.
            return;
        }
        if !peer.seen.is_new(key.call) {
            return;
        }
        if peer.calls >= self.config.most_calls {
            let text = format!("the client has {} calls open, and may have no more", self.config.most_calls);
            self.say(Part { key, kind: Kind::Reset(Reset::new(Code::Refused, text)) });
            return;
        }
        peer.calls += 1;
        let call = Call {
            opens: None,
            sending: Sending::new(credit),
            receiving: Receiving::new(REQUEST_WINDOW),
            is_server: true,
            is_queued: false,
            heard: now,
            pings: 0,
            missing: None,
        };
        self.calls.insert(key, call);
        self.events.push_back(Event::Opened(key));
        self.data(key, 0, data, end);
    }

    /// A part of a call that was begun.
    fn about(&mut self, key: Key, kind: Kind, now: Instant) {
        let Some(call) = self.calls.get_mut(&key) else {
            if matches!(kind, Kind::Ping { .. }) {
                let reset = Reset::new(Code::Unknown, "the call is not known");
                self.say(Part { key, kind: Kind::Reset(reset) });
            }
            return;
        };
        (call.heard, call.pings) = (now, 0);
        match kind {
            Kind::Data { number, data, end } => self.data(key, number, data, end),
            Kind::Credit { upto } => {
                call.sending.credit(upto);
                self.queue(key);
            }
            Kind::Reset(reset) => {
                self.remove(key);
                self.events.push_back(Event::Over(key, reset));
            }
            Kind::Ping { sent, upto } => {
                let (number, told) = (call.sending.next, call.receiving.told());
                self.say(Part { key, kind: Kind::Pong { sent: number, upto: told } });
                self.compare(key, sent, upto);
            }
            Kind::Pong { sent, upto } => self.compare(key, sent, upto),
            Kind::Open { .. } => {}
        }
    }

    fn data(&mut self, key: Key, number: u32, data: Bytes, end: bool) {
        let Some(call) = self.calls.get_mut(&key) else { return };
        let events = &mut self.events;
        let taken =
            call.receiving.part(number, data, end, |data, end| events.push_back(Event::Data(key, data, end)));
        // A client has its whole answer.
        let is_over = call.receiving.ended && !call.is_server;
        match taken {
            Err(reset) => self.fail(key, reset),
            Ok(()) if is_over => drop(self.remove(key)),
            Ok(()) => {}
        }
    }

    /// The other end has sent so many parts: one that is still missing when this is said again was lost. So may have been
    /// what said how much credit it gave.
    fn compare(&mut self, key: Key, sent: u32, upto: u64) {
        let Some(call) = self.calls.get_mut(&key) else { return };
        call.sending.credit(upto);
        self.queue(key);
        let Some(call) = self.calls.get_mut(&key) else { return };
        let next = call.receiving.next;
        if next >= sent {
            call.missing = None;
        } else if call.missing.replace(next) == Some(next) {
            self.fail(key, Reset::new(Code::Lost, "a part was lost"));
        }
    }

    /// Ends a call at both ends.
    fn fail(&mut self, key: Key, reset: Reset) {
        self.reset(key, reset.clone());
        self.events.push_back(Event::Over(key, reset));
    }

    fn remove(&mut self, key: Key) -> Option<Call> {
        let call = self.calls.remove(&key)?;
        if let Some(peer) = self.peers.get_mut(&key.client) {
            peer.calls -= 1;
        }
        Some(call)
    }
}

/// What is sent.
impl Calls {
    fn say(&mut self, part: Part) {
        let client = part.key.client;
        let Some(peer) = self.peers.get_mut(&client) else { return };
        peer.control.push_back(part);
        self.mark(client);
    }

    fn queue(&mut self, key: Key) {
        let Some(call) = self.calls.get_mut(&key) else { return };
        let Some(peer) = self.peers.get_mut(&key.client) else { return };
        if !call.is_queued && call.sending.is_ready() {
            call.is_queued = true;
            peer.queue.push_back(key);
            self.mark(key.client);
        }
    }

    fn mark(&mut self, client: u64) {
        if let Some(peer) = self.peers.get_mut(&client).filter(|peer| !peer.is_ready) {
            peer.is_ready = true;
            self.ready.push_back(client);
        }
    }

    /// A client, or at a client the server by the client's own number, for whom there is something to send.
    pub(crate) fn ready(&mut self) -> Option<u64> {
        let client = self.ready.pop_front()?;
        if let Some(peer) = self.peers.get_mut(&client) {
            peer.is_ready = false;
        }
        Some(client)
    }

    /// Writes the next message to a peer, of at most so many bytes; false if there is none. Calls take turns.
    pub(crate) fn transmit(&mut self, client: u64, most: usize, out: &mut Vec<u8>) -> bool {
        let start = out.len();
        while let Some(peer) = self.peers.get_mut(&client) {
            let room = most.saturating_sub(out.len() - start);
            if let Some(part) = peer.control.front() {
                let before = out.len();
                part.write(out);
                if out.len() - start > most {
                    out.truncate(before);
                    break;
                }
                peer.control.pop_front();
                continue;
            }
            let Some(key) = peer.queue.pop_front() else { break };
            let Some(call) = self.calls.get_mut(&key) else { continue };
            call.is_queued = false;
            let overhead = HEADER + call.opens.as_ref().map_or(0, |reply_to| 9 + reply_to.len());
            if room <= overhead && out.len() > start {
                call.is_queued = true;
                peer.queue.push_front(key);
                break;
            }
            let Some((number, data, end)) = call.sending.take(room.saturating_sub(overhead)) else {
                continue;
            };
            let kind = match call.opens.take() {
                Some(reply_to) => Kind::Open { reply_to, credit: self.config.window, data, end },
                None => Kind::Data { number, data, end },
            };
            Part { key, kind }.write(out);
            self.sent(key);
        }
        out.len() > start
    }

    /// A part of a call was sent.
    fn sent(&mut self, key: Key) {
        let Some(call) = self.calls.get(&key) else { return };
        if call.sending.is_done() {
            // A server's answer ends the call, whatever of the request is still under way.
            if call.is_server {
                self.remove(key);
            }
        } else if call.sending.waits() == 0 {
            self.events.push_back(Event::Room(key));
        } else {
            self.queue(key);
        }
    }
}

/// Time.
impl Calls {
    /// When [`tick`](Self::tick) is to be called next.
    pub(crate) fn timer(&self) -> Option<Instant> {
        self.calls.values().filter_map(|call| self.due(call)).min()
    }

    fn due(&self, call: &Call) -> Option<Instant> {
        self.config.silence.map(|silence| call.heard + silence * (call.pings + 1))
    }

    /// Does what is due.
    pub(crate) fn tick(&mut self, now: Instant) {
        let calls = self.calls.iter().filter(|(_, call)| self.due(call).is_some_and(|due| due <= now));
        let due: Vec<Key> = calls.map(|(key, _)| *key).collect();
        for key in due {
            let Some(call) = self.calls.get_mut(&key) else { continue };
            if call.pings >= MOST_PINGS {
                self.fail(key, Reset::new(Code::Silent, "nothing was heard of the other end for too long"));
                continue;
            }
            call.pings += 1;
            let (sent, upto) = (call.sending.next, call.receiving.told());
            self.say(Part { key, kind: Kind::Ping { sent, upto } });
        }
    }
}
