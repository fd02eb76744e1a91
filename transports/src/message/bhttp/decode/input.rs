//! The bytes that have come and are not read yet.

use bytes::{Buf, Bytes, BytesMut};

use crate::message::bhttp::varint;

/// Gives bytes out of the part in which they came, without a copy; only what lies across parts is put together. It grows
/// with what comes, and never by what was announced.
#[derive(Debug, Default)]
pub struct Input {
    /// The beginning of an item whose end has not come. It stands before `part`.
    held: BytesMut,
    part: Bytes,
}

impl Input {
    pub(super) fn push(&mut self, part: Bytes) {
        self.held.extend_from_slice(&self.part);
        self.part = part;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty() && self.part.is_empty()
    }

    /// The next `count` bytes, which stay; `None` when not all of them are there.
    pub(super) fn peek(&mut self, count: usize) -> Option<&[u8]> {
        if self.held.is_empty() && self.part.len() >= count {
            return self.part.get(..count);
        }
        self.join(count);
        self.held.get(..count)
    }

    /// The next `count` bytes, of which none is there any longer; `None` when not all of them are there.
    pub(super) fn take(&mut self, count: usize) -> Option<Bytes> {
        if self.held.is_empty() && self.part.len() >= count {
            return Some(self.part.split_to(count));
        }
        self.join(count);
        (self.held.len() >= count).then(|| self.held.split_to(count).freeze())
    }

    /// At least one byte and at most `count`; `None` when none is there.
    pub(super) fn take_some(&mut self, count: u64) -> Option<Bytes> {
        let there = if self.held.is_empty() { self.part.len() } else { self.held.len() };
        let count = usize::try_from(count).map_or(there, |count| count.min(there));
        if count == 0 { None } else { self.take(count) }
    }

    /// Passes over bytes that were peeked at.
    pub(super) fn advance(&mut self, count: usize) {
        if self.held.is_empty() { self.part.advance(count) } else { self.held.advance(count) }
    }

    /// The next integer and how many bytes it took; `None` when it is not all there.
    pub(super) fn varint(&mut self) -> Option<(u64, usize)> {
        let size = varint::size_at(self.peek(1)?[0]);
        let value = varint::read(self.peek(size)?);
        self.advance(size);
        Some((value, size))
    }

    /// Makes `held` as long as `count`, or as long as can be.
    fn join(&mut self, count: usize) {
        let missing = count.saturating_sub(self.held.len()).min(self.part.len());
        self.held.extend_from_slice(&self.part.split_to(missing));
    }
}
