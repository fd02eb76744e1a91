//! A client and a server in simulated time, with messages that are lost, doubled, late, cut and made up, all by a seed.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::calls::{Calls, Config, Event};
use super::part::{Code, LEAST_MESSAGE, Reset};

/// A generator of numbers (xorshift64*), the same for the same seed.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }

    /// True so many times of a thousand.
    fn falls(&mut self, permille: u64) -> bool {
        self.below(1000) < permille
    }
}

/// How bad the way is, in permille of messages.
#[derive(Clone, Copy, Debug)]
struct Way {
    lost: u64,
    doubled: u64,
    late: u64,
    cut: u64,
    garbage: u64,
}

const GOOD: Way = Way { lost: 0, doubled: 0, late: 0, cut: 0, garbage: 0 };
const BAD: Way = Way { lost: 40, doubled: 60, late: 100, cut: 20, garbage: 20 };

/// How a call ended at its caller.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Answered,
    Failed,
    GivenUp,
}

struct Caller {
    asked: Vec<u8>,
    answer: Vec<u8>,
    deadline: Option<Instant>,
    end: Option<(End, Instant)>,
    /// Bytes of the answer that were not taken yet.
    untaken: usize,
}

struct Handler {
    request: Vec<u8>,
    answered: bool,
    untaken: usize,
}

struct World {
    dice: Dice,
    way: Way,
    now: Instant,
    client: Calls,
    server: Calls,
    /// What is under way, by when it arrives: to the server or not.
    under_way: BTreeMap<(Instant, u64), (bool, u32, Bytes)>,
    sent: u64,
    callers: HashMap<u64, Caller>,
    handlers: HashMap<u64, Handler>,
    /// How often each call was begun at the server.
    begun: HashMap<u64, u32>,
    message: usize,
}

const CLIENT: u64 = 77;

impl World {
    fn new(seed: u64, way: Way) -> World {
        let mut dice = Dice::new(seed);
        let config = |dice: &mut Dice| Config {
            window: 200 + dice.below(5000),
            most_calls: 16,
            silence: Some(Duration::from_millis(500)),
        };
        World {
            client: Calls::of_client(config(&mut dice), CLIENT, Bytes::from_static(b"/reply")),
            server: Calls::at_server(config(&mut dice), CLIENT, Bytes::from_static(b"/reply")),
            message: LEAST_MESSAGE + dice.below(1000) as usize,
            dice,
            way,
            now: Instant::now(),
            under_way: BTreeMap::new(),
            sent: 0,
            callers: HashMap::new(),
            handlers: HashMap::new(),
            begun: HashMap::new(),
        }
    }

    fn begin(&mut self, call: u64) {
        let priority = if self.dice.falls(300) { self.dice.below(4) as u32 } else { 0 };
        let length = if self.dice.falls(300) { self.dice.below(100_000) } else { self.dice.below(300) };
        let asked: Vec<u8> = (0..length).map(|index| (index ^ call) as u8).collect();
        let patience = Duration::from_millis(1 + self.dice.below(4000));
        let deadline = self.dice.falls(300).then(|| self.now + patience);
        self.client.open(call, priority, self.now);
        let mut rest = Bytes::from(asked.clone());
        // In pieces, as a body comes.
        while rest.len() > 1000 && self.dice.falls(700) {
            let piece = rest.split_to(1 + self.dice.below(900) as usize);
            self.client.send(call, piece, false);
        }
        self.client.send(call, rest, true);
        self.callers.insert(call, Caller { asked, answer: Vec::new(), deadline, end: None, untaken: 0 });
    }

    /// Sends what there is to send.
    fn transmit(&mut self, to_server: bool) {
        let calls = if to_server { &mut self.client } else { &mut self.server };
        let mut messages = Vec::new();
        loop {
            let mut message = Vec::new();
            let Some(priority) = calls.transmit(self.message, &mut message) else { break };
            assert!(message.len() <= self.message, "{} of {}", message.len(), self.message);
            messages.push((priority, message.into()));
        }
        assert!(!calls.is_ready());
        for (priority, message) in messages {
            self.post(to_server, priority, message);
        }
    }

    fn post(&mut self, to_server: bool, priority: u32, message: Bytes) {
        let Way { lost, doubled, late, cut, garbage } = self.way;
        if self.dice.falls(garbage) {
            let noise: Vec<u8> = (0..self.dice.below(200)).map(|_| self.dice.next() as u8).collect();
            self.arrive(to_server, priority, noise.into(), late);
        }
        if self.dice.falls(doubled) {
            self.arrive(to_server, priority, message.clone(), late);
        }
        if self.dice.falls(lost) {
            return;
        }
        if self.dice.falls(cut) {
            let length = self.dice.below(message.len() as u64) as usize;
            return self.arrive(to_server, priority, message.slice(..length), late);
        }
        self.arrive(to_server, priority, message, late);
    }

    fn arrive(&mut self, to_server: bool, priority: u32, message: Bytes, late: u64) {
        let mut delay = Duration::from_micros(100);
        if self.dice.falls(late) {
            delay += Duration::from_millis(self.dice.below(50));
        }
        self.sent += 1;
        self.under_way.insert((self.now + delay, self.sent), (to_server, priority, message));
    }

    fn server_events(&mut self) {
        while let Some(event) = self.server.event() {
            match event {
                Event::Opened(call) => {
                    *self.begun.entry(call).or_default() += 1;
                    let handler = Handler { request: Vec::new(), answered: false, untaken: 0 };
                    assert!(self.handlers.insert(call, handler).is_none(), "{call} was begun twice");
                }
                Event::Data(call, data, end) => {
                    let handler = self.handlers.get_mut(&call).expect("bytes of no call");
                    handler.request.extend_from_slice(&data);
                    handler.untaken += data.len();
                    if end {
                        handler.answered = true;
                        let answer: Vec<u8> = handler.request.iter().rev().copied().collect();
                        self.server.send(call, answer.into(), true);
                    }
                }
                Event::Room(_) => {}
                Event::Left => panic!("the client has not ended"),
                Event::Over(call, _) => {
                    self.handlers.remove(&call).expect("the end of no call");
                }
            }
        }
    }

    fn client_events(&mut self) {
        while let Some(event) = self.client.event() {
            match event {
                Event::Opened(_) | Event::Left => panic!("that came to a client"),
                Event::Room(_) => {}
                Event::Data(call, data, end) => {
                    let caller = self.callers.get_mut(&call).expect("bytes of no call");
                    assert_eq!(caller.end, None, "{call} went on behind its end");
                    caller.answer.extend_from_slice(&data);
                    caller.untaken += data.len();
                    if end {
                        let expected: Vec<u8> = caller.asked.iter().rev().copied().collect();
                        assert!(caller.answer == expected, "{call} was answered wrongly");
                        caller.end = Some((End::Answered, self.now));
                    }
                }
                Event::Over(call, _) => {
                    let caller = self.callers.get_mut(&call).expect("the end of no call");
                    assert_eq!(caller.end, None, "{call} ended twice");
                    caller.end = Some((End::Failed, self.now));
                }
            }
        }
    }

    /// Readers read, sooner or later.
    fn read(&mut self) {
        for (call, caller) in &mut self.callers {
            if caller.untaken > 0 && self.dice.falls(600) {
                self.client.took(*call, std::mem::take(&mut caller.untaken));
            }
        }
        for (call, handler) in &mut self.handlers {
            if handler.untaken > 0 && self.dice.falls(600) {
                self.server.took(*call, std::mem::take(&mut handler.untaken));
            }
        }
    }

    fn give_up(&mut self) {
        for (call, caller) in &mut self.callers {
            if caller.end.is_none() && caller.deadline.is_some_and(|deadline| deadline <= self.now) {
                self.client.reset(*call, Reset::new(Code::Cancelled, ""));
                caller.end = Some((End::GivenUp, self.now));
            }
        }
    }

    /// One step: to the next message or timer, or a millisecond.
    fn step(&mut self) {
        self.client_events();
        self.server_events();
        self.read();
        self.give_up();
        self.transmit(true);
        self.transmit(false);
        let mut next = self.now + Duration::from_millis(1);
        if let Some(((at, _), _)) = self.under_way.first_key_value() {
            next = next.min(*at);
        }
        self.now = self.now.max(next);
        while let Some(entry) = self.under_way.first_entry() {
            if entry.key().0 > self.now {
                break;
            }
            let (to_server, priority, message) = entry.remove();
            let calls = if to_server { &mut self.server } else { &mut self.client };
            // What cannot be read is passed over.
            let _ = calls.receive(message, priority, self.now);
        }
        for calls in [&mut self.client, &mut self.server] {
            if calls.timer().is_some_and(|timer| timer <= self.now) {
                calls.tick(self.now);
            }
        }
    }
}

/// Some calls to their end: how many were answered.
fn play(seed: u64, way: Way) -> usize {
    let mut world = World::new(seed, way);
    let calls = 1 + world.dice.below(8);
    let start = world.now;
    for call in 0..calls {
        world.begin(call);
        for _ in 0..world.dice.below(20) {
            world.step();
        }
    }
    while world.callers.values().any(|caller| caller.end.is_none()) {
        world.step();
        assert!(world.now - start < Duration::from_secs(120), "seed {seed}: a call never ended");
    }
    for (call, caller) in &world.callers {
        let (end, at) = caller.end.as_ref().expect("it ended");
        if let Some(deadline) = caller.deadline {
            assert!(
                *at <= deadline + Duration::from_millis(2),
                "seed {seed}: {call} {end:?} past its deadline"
            );
        }
        assert!(world.begun.get(call).is_none_or(|times| *times == 1), "seed {seed}: {call} began twice");
    }
    // What the server still has, ends too: it asks, and hears that nobody knows it.
    let ends = world.now + Duration::from_secs(10);
    while !world.server.is_empty() {
        world.step();
        assert!(world.now < ends, "seed {seed}: the server keeps {} calls", world.server.len());
    }
    assert_eq!(world.client.len(), 0, "seed {seed}: the client keeps calls");
    world.callers.values().filter(|caller| matches!(caller.end, Some((End::Answered, _)))).count()
}

#[test]
fn on_a_good_way_all_calls_are_answered_or_given_up() {
    for seed in 0..1000 {
        let mut world = World::new(seed, GOOD);
        for call in 0..8 {
            world.begin(call);
        }
        while world.callers.values().any(|caller| caller.end.is_none()) {
            world.step();
        }
        let failed = world.callers.values().filter(|caller| matches!(caller.end, Some((End::Failed, _))));
        assert_eq!(failed.count(), 0, "seed {seed}");
    }
}

#[test]
fn on_a_bad_way_each_call_ends_once_and_in_time() {
    let mut answered = 0;
    for seed in 0..10_000 {
        answered += play(seed, BAD);
    }
    assert!(answered > 10_000, "{answered}");
}
