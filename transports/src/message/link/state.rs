//! What stands behind a link's lock.

use std::io;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::exchange::Exchange;
use crate::message::bhttp::Head;
use crate::message::layer::{Calls, Code, Event, Numbers, Reset};
use crate::message::transport::Outbox;

/// What has come of a call that the other end began.
pub(crate) enum Arrival {
    /// Its head.
    Head(u64),
    /// A head that is larger than is taken.
    TooLarge(u64),
}

pub(super) struct State<H: Head, O> {
    pub(super) calls: Calls,
    pub(super) exchanges: Numbers<Exchange<H>>,
    pub(super) outbox: O,
    /// A message that waits for room, and its priority.
    message: Vec<u8>,
    priority: u32,
    /// The driver is woken once there is room.
    is_blocked: bool,
    /// Messages that were written.
    written: u64,
    /// Handlers wait until no more than so many bytes wait to be sent.
    held_above: Option<usize>,
    head_limit: usize,
    /// The number of the next call that is begun here.
    next: u64,
    pub(super) driver: Waker,
    /// What has come of calls that the other end began.
    pub(super) arrived: Vec<Arrival>,
    /// No further call is begun.
    is_retired: bool,
    ended: bool,
    /// When somebody last looked whether the other end is there.
    looked: Instant,
    /// The driver looks now and then. One that has ceased to is woken by the next call.
    pub(super) is_watched: bool,
    /// Who is to be woken once the lock is free.
    pub(super) woken: Vec<Waker>,
}

impl<H: Head, O: Outbox> State<H, O> {
    pub(super) fn new(calls: Calls, outbox: O, head_limit: usize) -> Self {
        Self {
            calls,
            exchanges: Numbers::default(),
            outbox,
            message: Vec::new(),
            priority: 0,
            is_blocked: false,
            written: 0,
            held_above: None,
            head_limit,
            next: 0,
            driver: Waker::noop().clone(),
            arrived: Vec::new(),
            is_retired: false,
            ended: false,
            looked: Instant::now(),
            is_watched: false,
            woken: Vec::new(),
        }
    }

    pub(super) fn open(&mut self, first: Bytes, end: bool, priority: u32) -> Option<u64> {
        if self.is_retired || self.ended {
            return None;
        }
        let (number, now) = (self.next, Instant::now());
        self.next += 1;
        self.calls.open(number, priority, now.into_std());
        self.calls.send(number, first, end);
        self.exchanges.insert(number, Exchange::new(self.head_limit, true, now));
        // Of several calls the driver joins what is sent; a single one gains nothing by waiting for it.
        if self.calls.len() == 1 && self.write(try_send) {
            self.is_blocked = false;
        }
        if !std::mem::replace(&mut self.is_watched, true) {
            self.woken.push(self.driver.clone());
        }
        Some(number)
    }

    pub(super) fn receive(&mut self, message: Bytes, priority: u32) {
        // Who writes what cannot be read has no call that could be told so.
        if let Err(malformed) = self.calls.receive(message, priority, Instant::now().into_std()) {
            tracing::debug!(?malformed, "a message cannot be read to its end");
        }
    }

    /// Sees to what has happened.
    pub(super) fn settle(&mut self) {
        while let Some(event) = self.calls.event() {
            match event {
                Event::Opened(number) => {
                    let exchange = Exchange::new(self.head_limit, false, Instant::now());
                    self.exchanges.insert(number, exchange);
                }
                Event::Data(number, data, end) => self.data(number, data, end),
                Event::Room(number) => {
                    let writer = self.exchanges.get_mut(&number).and_then(|exchange| exchange.writer.take());
                    self.woken.extend(writer);
                }
                Event::Over(number, reset) => self.fail(number, reset),
                Event::Left => {
                    self.ended = true;
                    self.woken.push(self.driver.clone());
                }
            }
        }
        // Bytes go out, or with their call.
        if self.held_above.take_if(|most| self.calls.unsent() <= *most).is_some() {
            let writers = self.exchanges.values_mut().filter_map(|exchange| exchange.writer.take());
            self.woken.extend(writers);
        }
        if !self.is_blocked && self.has_to_write() {
            self.woken.push(self.driver.clone());
        }
    }

    /// Whether there is something to write.
    pub(super) fn has_to_write(&self) -> bool {
        !self.ended && (!self.message.is_empty() || self.calls.is_ready())
    }

    fn data(&mut self, number: u64, data: Bytes, end: bool) {
        let Some(exchange) = self.exchanges.get_mut(&number) else { return };
        let lacked_head = exchange.lacks_head();
        match exchange.push(data, end) {
            Ok(free) => self.calls.took(number, free),
            Err(malformed) if malformed.is_too_large() && lacked_head && !exchange.is_ours => {
                // The answer ends the call, whatever else comes of it.
                self.exchanges.remove(&number);
                return self.arrive(Arrival::TooLarge(number));
            }
            Err(malformed) => {
                let reset = Reset::new(Code::Malformed, malformed.to_string());
                self.calls.reset(number, reset.clone());
                return self.fail(number, reset);
            }
        }
        let Some(exchange) = self.exchanges.get_mut(&number) else { return };
        self.woken.extend(exchange.reader.take());
        if lacked_head && exchange.has_head() && !exchange.is_ours {
            self.arrive(Arrival::Head(number));
        }
    }

    fn arrive(&mut self, arrival: Arrival) {
        self.arrived.push(arrival);
        self.woken.push(self.driver.clone());
    }

    /// A call has ended before its end.
    pub(super) fn fail(&mut self, number: u64, reset: Reset) {
        let Some(exchange) = self.exchanges.get_mut(&number) else { return };
        exchange.failed = Some(reset);
        self.woken.extend(exchange.reader.take());
        self.woken.extend(exchange.writer.take());
        // Of a request that the other end began, nobody knows here before its head was taken.
        if !exchange.is_taken() && !exchange.is_ours {
            self.forget(number);
        }
    }

    pub(super) fn end(&mut self, number: u64, reset: Reset) {
        self.calls.reset(number, reset);
        self.forget(number);
    }

    pub(super) fn forget(&mut self, number: u64) {
        if let Some(mut exchange) = self.exchanges.remove(&number) {
            self.woken.extend(exchange.reader.take());
            self.woken.extend(exchange.writer.take());
        }
        if self.is_over() {
            self.woken.push(self.driver.clone());
        }
    }

    pub(super) fn retire(&mut self) {
        self.is_retired = true;
        self.calls.stop();
        self.woken.push(self.driver.clone());
    }

    pub(super) fn gone(&mut self, reset: &Reset) {
        self.ended = true;
        self.calls.gone(reset);
        self.woken.push(self.driver.clone());
    }

    /// Ends all calls, and tells the other end as far as there is room.
    pub(super) fn abandon(&mut self, reset: &Reset) {
        for number in self.calls.numbers() {
            self.calls.reset(number, reset.clone());
            self.fail(number, reset.clone());
        }
        self.calls.leave();
        self.write(try_send);
        self.gone(reset);
    }

    pub(super) fn say_leave(&mut self) -> bool {
        if !self.ended {
            self.calls.leave();
            self.flush();
        }
        !self.ended
    }

    pub(super) fn is_over(&self) -> bool {
        self.ended || self.is_retired && self.is_idle()
    }

    pub(super) fn is_retired(&self) -> bool {
        self.ended || self.is_retired
    }

    pub(super) fn is_due_for_a_look(&mut self, after: Duration) -> bool {
        let now = Instant::now();
        let due = now.duration_since(self.looked) > after;
        if due {
            self.looked = now;
        }
        due
    }

    pub(super) fn is_busy(&self) -> bool {
        !self.exchanges.is_empty() || !self.calls.is_empty()
    }

    pub(super) fn end_if_idle(&mut self) -> bool {
        self.ended |= self.is_idle();
        self.ended
    }

    /// Whether no call is open, and nothing waits to be written.
    fn is_idle(&self) -> bool {
        !self.is_busy() && !self.has_to_write()
    }

    pub(super) fn give_up_headless(&mut self, since: Instant) {
        let late =
            self.exchanges.iter().filter(|(_, exchange)| exchange.lacks_head() && exchange.began < since);
        let late: Vec<u64> = late.map(|(number, _)| *number).collect();
        for number in late {
            self.end(number, Reset::new(Code::Malformed, "the head of the request did not come in time"));
        }
    }

    /// Whether no more bytes than that wait to be sent; else the writers of all calls are woken when that is so.
    pub(super) fn has_room(&mut self, most: usize) -> bool {
        let has_room = self.calls.unsent() <= most;
        if !has_room {
            self.held_above = Some(most);
        }
        has_room
    }

    /// How many messages were written, and whether the other end is what the rest waits for: it has no room, or has let more
    /// bytes gather than `most`.
    pub(super) fn progress(&self, most: usize) -> (u64, bool) {
        (self.written, self.has_to_write() || self.calls.unsent() > most)
    }
}

/// What is written.
impl<H: Head, O: Outbox> State<H, O> {
    /// Writes all there is room for, and has the driver woken when there is room for the rest.
    pub(super) fn flush(&mut self) {
        let driver = self.driver.clone();
        let mut cx = Context::from_waker(&driver);
        self.is_blocked =
            !self.write(|outbox, message, priority| outbox.poll_send(&mut cx, message, priority));
    }

    /// Writes messages until there are none, or no room: whether there are none.
    fn write(&mut self, mut send: impl FnMut(&mut O, &[u8], u32) -> Poll<io::Result<()>>) -> bool {
        while !self.ended {
            if self.message.is_empty() {
                match self.calls.transmit(self.outbox.largest(), &mut self.message) {
                    Some(priority) => self.priority = priority,
                    None => break,
                }
            }
            match send(&mut self.outbox, &self.message, self.priority) {
                Poll::Pending => return false,
                Poll::Ready(Ok(())) => {
                    self.message.clear();
                    self.written += 1;
                }
                Poll::Ready(Err(error)) => {
                    self.gone(&Reset::new(Code::Lost, format!("a message cannot be sent: {error}")));
                }
            }
        }
        true
    }
}

fn try_send<O: Outbox>(outbox: &mut O, message: &[u8], priority: u32) -> Poll<io::Result<()>> {
    match outbox.try_send(message, priority) {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Poll::Pending,
        sent => Poll::Ready(sent),
    }
}
