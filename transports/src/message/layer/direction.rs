//! The two directions of a call: bytes with an end, in numbered parts.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;

use super::part::{Code, Reset};

/// Parts that may come before one that is missing.
const MOST_EARLY: usize = 256;

/// Whether a part comes before another: behind the highest number they begin again, as a stream may go on for ever.
pub(super) fn is_before(part: u32, other: u32) -> bool {
    part.wrapping_sub(other) > u32::MAX / 2
}

/// What is sent: as many bytes as the other end gave credit for.
#[derive(Debug, Default)]
pub(super) struct Sending {
    waiting: VecDeque<Bytes>,
    /// Bytes that wait.
    bytes: usize,
    ended: bool,
    /// Whether the last part was sent.
    done: bool,
    /// The number of the next part.
    pub(super) next: u32,
    sent: u64,
    upto: u64,
}

impl Sending {
    pub(super) fn new(upto: u64) -> Self {
        Self { upto, ..Self::default() }
    }

    pub(super) fn push(&mut self, data: Bytes, end: bool) {
        self.bytes += data.len();
        if !data.is_empty() {
            self.waiting.push_back(data);
        }
        self.ended |= end;
    }

    /// Bytes that wait to be sent, for want of credit or of room.
    pub(super) fn waits(&self) -> usize {
        self.bytes
    }

    pub(super) fn is_done(&self) -> bool {
        self.done
    }

    /// More credit; what was given before is not taken back.
    pub(super) fn credit(&mut self, upto: u64) {
        self.upto = self.upto.max(upto);
    }

    /// Whether there is a part to send.
    pub(super) fn is_ready(&self) -> bool {
        !self.done && (self.ended && self.bytes == 0 || self.bytes > 0 && self.sent < self.upto)
    }

    /// The next part, of at most so many bytes: its number, its bytes, and whether it is the last.
    pub(super) fn take(&mut self, most: usize) -> Option<(u32, Bytes, bool)> {
        if !self.is_ready() {
            return None;
        }
        let most = most.min(usize::try_from(self.upto - self.sent.min(self.upto)).unwrap_or(usize::MAX));
        let data = self.gather(most);
        self.bytes -= data.len();
        self.sent += data.len() as u64;
        self.done = self.ended && self.bytes == 0;
        let number = self.next;
        self.next = number.wrapping_add(1);
        Some((number, data, self.done))
    }

    /// The next bytes, at most so many; without a copy where one piece is enough.
    fn gather(&mut self, most: usize) -> Bytes {
        let only = self.waiting.len() == 1;
        let Some(first) = self.waiting.front_mut() else { return Bytes::new() };
        if first.len() > most {
            return first.split_to(most);
        }
        if only || first.len() == most {
            return self.waiting.pop_front().unwrap_or_default();
        }
        let mut joined = Vec::with_capacity(most.min(self.bytes));
        while let Some(piece) = self.waiting.front_mut() {
            let take = piece.len().min(most - joined.len());
            if take == 0 {
                break;
            }
            joined.extend_from_slice(&piece.split_to(take));
            if piece.is_empty() {
                self.waiting.pop_front();
            }
        }
        joined.into()
    }
}

/// What is received: in order, each part once.
#[derive(Debug, Default)]
pub(super) struct Receiving {
    /// The number of the next part.
    pub(super) next: u32,
    early: BTreeMap<u32, (Bytes, bool)>,
    received: u64,
    /// Bytes that the reader took.
    taken: u64,
    window: u64,
    /// What the other end was told.
    told: u64,
    pub(super) ended: bool,
}

impl Receiving {
    /// Of a direction whose sender may send `window` bytes before the first are taken.
    pub(super) fn new(window: u64) -> Self {
        Self { window, told: window, ..Self::default() }
    }

    /// Takes a part: the bytes that are next in order are given to `deliver`.
    pub(super) fn part(
        &mut self,
        number: u32,
        data: Bytes,
        end: bool,
        mut deliver: impl FnMut(Bytes, bool),
    ) -> Result<(), Reset> {
        if is_before(number, self.next) || self.early.contains_key(&number) {
            return Ok(());
        }
        if self.ended {
            return Err(Reset::new(Code::Malformed, "a part came behind the last one"));
        }
        // What comes early counts too: nobody may fill this end with what it did not ask for.
        self.received += data.len() as u64;
        if self.received > self.told {
            return Err(Reset::new(Code::Malformed, "more bytes came than there was credit for"));
        }
        if number != self.next {
            if self.early.len() >= MOST_EARLY {
                return Err(Reset::new(Code::Lost, "a part was lost"));
            }
            self.early.insert(number, (data, end));
            return Ok(());
        }
        let mut part = Some((data, end));
        while let Some((data, end)) = part {
            self.next = self.next.wrapping_add(1);
            self.ended = end;
            deliver(data, end);
            // Whatever came early behind the last one is not delivered.
            part = if end { None } else { self.early.remove(&self.next) };
        }
        if self.ended && !self.early.is_empty() {
            return Err(Reset::new(Code::Malformed, "a part came behind the last one"));
        }
        Ok(())
    }

    /// The credit that was given.
    pub(super) fn told(&self) -> u64 {
        self.told
    }

    /// The reader took so many bytes: the credit to tell the other end of, once that is worth a part.
    pub(super) fn took(&mut self, bytes: usize) -> Option<u64> {
        self.taken += bytes as u64;
        let upto = self.taken + self.window;
        if self.ended || upto - self.told < self.window.div_ceil(2) {
            return None;
        }
        self.told = upto;
        Some(upto)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_go_on_behind_the_highest_number() {
        let mut sending = Sending { next: u32::MAX - 1, ..Sending::new(100) };
        let mut receiving = Receiving { next: u32::MAX - 1, ..Receiving::new(100) };
        let mut parts = Vec::new();
        for byte in 0..5_u8 {
            sending.push(Bytes::copy_from_slice(&[byte]), byte == 4);
            parts.extend(sending.take(10));
        }
        assert_eq!(parts.iter().map(|part| part.0).collect::<Vec<_>>(), [u32::MAX - 1, u32::MAX, 0, 1, 2]);
        // Early, late, and twice.
        let mut read = Vec::new();
        for index in [2, 0, 0, 3, 1, 2, 4] {
            let (number, data, end) = parts[index].clone();
            receiving.part(number, data, end, |data, _| read.extend(data)).unwrap();
        }
        assert_eq!((read, receiving.ended), (vec![0, 1, 2, 3, 4], true));
    }
}
