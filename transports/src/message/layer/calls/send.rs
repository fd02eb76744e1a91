//! What is sent, and when it is its turn.

use super::{Calls, Event, MOST_CONTROL};
use crate::message::layer::part::{Code, HEADER, Key, Kind, LEAST_MESSAGE, Part, Reset};

impl Calls {
    pub(super) fn say(&mut self, priority: u32, number: u64, kind: Kind) {
        if self.control >= MOST_CONTROL {
            return self.left(&Reset::new(Code::Lost, "the other end asks, and does not listen"));
        }
        self.control += 1;
        let key = Key { client: self.client, call: number };
        self.turns.line(priority).control.push_back(Part { key, kind });
    }

    pub(super) fn queue(&mut self, number: u64) {
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
        // A call that stands in line may have nothing to send any more, where its credit was used up meanwhile.
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
