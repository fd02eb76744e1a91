//! The calls of one client at one end, while the other end says whatever it likes: no call is begun twice, bytes come in
//! order and no more of them than there was credit for, and what is sent keeps to the credit of the other end.

#![no_main]

use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, Instant};

use bytes::Bytes;
use polyrpc_fuzz::Words;
use polyrpc_transports::__private::layer::{
    Calls, Code, Config, Event, Key, Kind, LEAST_MESSAGE, MOST_CONTROL, Part, REQUEST_WINDOW, Reset,
};

const CLIENT: u64 = 77;
const REPLY_TO: &[u8] = b"/reply";

// The first byte chooses the end, and whether the other end writes parts or just bytes now and then.
libfuzzer_sys::fuzz_target!(init: polyrpc_fuzz::report_stack_overflows(), |data: &[u8]| {
    let Some((&choice, script)) = data.split_first() else { return };
    let mut words = Words::new(script);
    let mut end = End::new(choice & 1 == 0, choice & 2 != 0);
    while let Some(word) = words.next() {
        end.step(word, &mut words);
    }
    end.finish();
});

/// What is known of a call that is open.
#[derive(Default)]
struct Known {
    /// Parts, and bytes, that were told to this end.
    told: u8,
    received: u64,
    /// Bytes among them that were not taken yet.
    untaken: usize,
    /// Their last was told.
    has_all: bool,
    /// What this end put in, what of it was written, and whether that was all.
    put: u64,
    written: u64,
    parts: u32,
    closed: bool,
    done: bool,
    /// Bytes that the other end lets this one write.
    credit: u64,
}

struct End {
    calls: Calls,
    is_server: bool,
    /// The other end writes parts with marks by which their order is seen.
    is_marked: bool,
    window: u64,
    now: Instant,
    open: BTreeMap<u64, Known>,
    begun: HashSet<u64>,
    /// Credit that the other end gave each call in its open.
    offered: BTreeMap<u64, u64>,
    next: u64,
    left: bool,
}

impl End {
    fn new(is_server: bool, is_marked: bool) -> Self {
        let window = if is_server { REQUEST_WINDOW } else { 1000 };
        let config = Config { window, most_calls: 4, silence: Some(Duration::from_millis(50)) };
        let make = if is_server { Calls::at_server } else { Calls::of_client };
        let calls = make(config, CLIENT, Bytes::from_static(REPLY_TO));
        Self {
            calls,
            is_server,
            is_marked,
            window,
            now: Instant::now(),
            open: BTreeMap::new(),
            begun: HashSet::new(),
            offered: BTreeMap::new(),
            next: 0,
            left: false,
        }
    }

    fn step(&mut self, word: u8, words: &mut Words<'_>) {
        let number = words.small(8);
        match word % 12 {
            0..=3 => {
                let parts: Vec<Part> = (0..=word / 64).map(|_| self.part(words)).collect();
                self.hear(&parts, words.small(3) as u32);
            }
            4 if !self.is_marked => {
                let message = Bytes::copy_from_slice(words.piece());
                self.learn(&message);
                let _ = self.calls.receive(message, 0, self.now);
            }
            5 => self.put(number, words),
            6 => {
                if let Some(known) = self.open.get_mut(&number) {
                    let bytes = words.number().min(known.untaken);
                    known.untaken -= bytes;
                    self.calls.took(number, bytes);
                }
            }
            7 => {
                self.calls.reset(number, Reset::new(Code::Cancelled, ""));
                self.open.remove(&number);
            }
            8 => {
                self.now += Duration::from_millis(words.small(60));
                self.calls.tick(self.now);
            }
            9 if !self.is_server => {
                let number = self.next;
                self.next += 1;
                self.calls.open(number, words.small(3) as u32, self.now);
                self.open.insert(number, Known { credit: REQUEST_WINDOW, ..Known::default() });
            }
            10 => {
                self.transmit(words.number());
            }
            11 if word > 250 => match words.small(3) {
                0 => self.calls.stop(),
                1 => self.calls.leave(),
                _ => self.calls.gone(&Reset::new(Code::Lost, "")),
            },
            _ => {}
        }
        self.settle();
    }

    /// A part of the other end's. The data of one bears its number.
    fn part(&mut self, words: &mut Words<'_>) -> Part {
        let (what, call, number) = (words.small(10), words.small(8), words.small(6) as u32);
        let mut data = |number: u32| Bytes::from(vec![number as u8; words.number() % 3000]);
        let kind = match what {
            0..=2 => {
                let data = data(0);
                let credit = words.number() as u64;
                Kind::Open { reply_to: Bytes::from_static(REPLY_TO), credit, data, end: words.flag() }
            }
            3..=5 => Kind::Data { number, data: data(number), end: words.flag() },
            6 => Kind::Credit { upto: words.number() as u64 },
            7 => Kind::Reset(Reset::new(Code::Failed, "as it likes")),
            8 => Kind::Ping { sent: number, upto: words.number() as u64 },
            _ if words.small(9) == 0 => Kind::Leave,
            _ => Kind::Pong { sent: number, upto: words.number() as u64 },
        };
        Part { key: Key { client: CLIENT, call }, kind }
    }

    fn hear(&mut self, parts: &[Part], priority: u32) {
        let mut message = Vec::new();
        parts.iter().for_each(|part| part.write(&mut message));
        let message = Bytes::from(message);
        self.learn(&message);
        let _ = self.calls.receive(message, priority, self.now);
    }

    /// What a message says of credit, however it is taken.
    fn learn(&mut self, message: &Bytes) {
        let mut message = message.clone();
        while let Ok(Some(Part { key, kind })) = Part::read(&mut message) {
            match kind {
                Kind::Open { credit, .. } => {
                    let offered = self.offered.entry(key.call).or_default();
                    *offered = credit.max(*offered);
                }
                Kind::Credit { upto } | Kind::Ping { upto, .. } | Kind::Pong { upto, .. } => {
                    let offered = self.offered.entry(key.call).or_default();
                    *offered = upto.max(*offered);
                }
                _ => {}
            }
        }
        for (number, known) in &mut self.open {
            known.credit = known.credit.max(self.offered.get(number).copied().unwrap_or_default());
        }
    }

    fn put(&mut self, number: u64, words: &mut Words<'_>) {
        let Some(known) = self.open.get_mut(&number).filter(|known| !known.closed) else { return };
        let length = words.number() % 5000;
        let data: Vec<u8> = (known.put..known.put + length as u64).map(|at| at as u8).collect();
        known.put += length as u64;
        known.closed = words.flag();
        self.calls.send(number, data.into(), known.closed);
    }

    fn settle(&mut self) {
        while let Some(event) = self.calls.event() {
            match event {
                Event::Opened(number) => {
                    assert!(self.is_server && self.begun.insert(number), "{number} was begun twice");
                    let credit = self.offered.get(&number).copied().unwrap_or_default();
                    self.open.insert(number, Known { credit, ..Known::default() });
                }
                Event::Data(number, data, end) => self.told(number, &data, end),
                Event::Room(_) => {}
                Event::Over(number, _) => {
                    assert!(self.open.remove(&number).is_some(), "{number} ended without being open");
                }
                Event::Left => self.left = true,
            }
        }
        // A client that has its answer has no call any more.
        self.open.retain(|_, known| self.is_server || !known.has_all);
        assert_eq!(self.calls.len(), self.open.len());
        assert!(!self.is_server || self.open.len() <= 4);
        let waits = self.open.values().map(|known| known.put - known.written).sum::<u64>();
        assert_eq!(self.calls.unsent() as u64, waits);
        for (number, known) in &self.open {
            assert_eq!(self.calls.waits(*number) as u64, known.put - known.written);
        }
    }

    fn told(&mut self, number: u64, data: &[u8], end: bool) {
        // A call may have been given up between what came and what is told of it.
        let Some(known) = self.open.get_mut(&number) else { panic!("bytes of no call: {number}") };
        assert!(!known.has_all, "bytes behind the last");
        if self.is_marked {
            assert!(data.iter().all(|byte| *byte == known.told), "out of order");
        }
        known.told += 1;
        known.received += data.len() as u64;
        known.untaken += data.len();
        known.has_all = end;
        let taken = known.received - known.untaken as u64;
        assert!(known.received <= taken + self.window, "more than there was credit for");
    }

    /// One message, read as the other end would.
    fn transmit(&mut self, most: usize) -> usize {
        let mut message = Vec::new();
        let most = most.max(LEAST_MESSAGE);
        let ready = self.calls.is_ready();
        if self.calls.transmit(most, &mut message).is_none() {
            assert!(message.is_empty() && !self.calls.is_ready());
            return 0;
        }
        assert!(ready && !message.is_empty() && message.len() <= most, "{} of {most}", message.len());
        let (mut message, mut parts) = (Bytes::from(message), 0);
        while let Some(Part { key, kind }) = Part::read(&mut message).expect("what is written can be read") {
            assert_eq!(key.client, CLIENT);
            parts += 1;
            match kind {
                Kind::Open { reply_to, credit, data, end } => {
                    assert!(!self.is_server && reply_to == REPLY_TO && credit == self.window);
                    self.written(key.call, 0, &data, end);
                }
                Kind::Data { number, data, end } => self.written(key.call, number, &data, end),
                _ => {}
            }
        }
        parts
    }

    fn written(&mut self, call: u64, part: u32, data: &[u8], end: bool) {
        let known = self.open.get_mut(&call).expect("bytes of a call that is open");
        assert!(!known.done && part == known.parts);
        assert!(self.is_server || part > 0 || known.written == 0);
        assert!(data.iter().zip(known.written..).all(|(byte, at)| *byte == at as u8), "out of order");
        known.parts += 1;
        known.written += data.len() as u64;
        assert!(known.written <= known.credit || data.is_empty(), "more than there was credit for");
        assert_eq!(end, known.closed && known.written == known.put);
        known.done = end;
        if end && self.is_server {
            self.open.remove(&call);
        }
    }

    /// What waits at the end is as little as it may be.
    fn finish(mut self) {
        let mut parts = 0;
        loop {
            match self.transmit(LEAST_MESSAGE) {
                0 => break,
                more => parts += more,
            }
            self.settle();
        }
        let data: usize = self.open.values().map(|known| known.put as usize / 100).sum();
        assert!(parts <= MOST_CONTROL + 1000 + data, "{parts} parts waited");
        for number in self.calls.numbers() {
            self.calls.reset(number, Reset::new(Code::Cancelled, ""));
            self.open.remove(&number);
        }
        self.settle();
        assert_eq!((self.calls.len(), self.calls.unsent()), (0, 0));
    }
}
