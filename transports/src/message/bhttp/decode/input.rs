//! The bytes that have come and are not read yet.

use bytes::{Buf, Bytes, BytesMut};

use super::Malformed;
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

    /// Reads what is ahead, which stays; `None` when not all of it is there.
    ///
    /// `read` is given the beginning of what has come, and more each time it says how much it needs.
    pub(super) fn read<T>(
        &mut self,
        read: impl Fn(&[u8]) -> Result<T, Stop>,
    ) -> Result<Option<T>, Malformed> {
        loop {
            let ahead = if self.held.is_empty() { &self.part[..] } else { &self.held[..] };
            match read(ahead) {
                Ok(found) => return Ok(Some(found)),
                Err(Stop::Malformed(error)) => return Err(error),
                Err(Stop::Short(count)) => {
                    if !self.join(count) {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// The next `count` bytes, of which none is there any longer; `None` when not all of them are there.
    pub(super) fn take(&mut self, count: usize) -> Option<Bytes> {
        if self.held.is_empty() && self.part.len() >= count {
            return Some(self.part.split_to(count));
        }
        self.join(count).then(|| self.held.split_to(count).freeze())
    }

    /// At least one byte and at most `count`; `None` when none is there.
    pub(super) fn take_some(&mut self, count: u64) -> Option<Bytes> {
        let there = if self.held.is_empty() { self.part.len() } else { self.held.len() };
        let count = usize::try_from(count).map_or(there, |count| count.min(there));
        if count == 0 { None } else { self.take(count) }
    }

    /// The next integer; `None` when it is not all there.
    pub(super) fn varint(&mut self) -> Result<Option<u64>, Malformed> {
        let Some((value, size)) = self.read(|ahead| varint_at(ahead, 0))? else { return Ok(None) };
        if self.held.is_empty() {
            self.part.advance(size)
        } else {
            self.held.advance(size)
        }
        Ok(Some(value))
    }

    /// Makes `held` as long as `count`, or as long as can be, which is false.
    fn join(&mut self, count: usize) -> bool {
        let missing = count.saturating_sub(self.held.len()).min(self.part.len());
        self.held.extend_from_slice(&self.part.split_to(missing));
        self.held.len() >= count
    }
}

/// Why what is ahead cannot be read.
pub(super) enum Stop {
    /// So many bytes must be there, which is more than there are.
    Short(usize),
    Malformed(Malformed),
}

impl From<Malformed> for Stop {
    fn from(error: Malformed) -> Self {
        Self::Malformed(error)
    }
}

/// The integer that begins at `at`, and how many bytes it has.
pub(super) fn varint_at(bytes: &[u8], at: usize) -> Result<(u64, usize), Stop> {
    let first = *bytes.get(at).ok_or(Stop::Short(at + 1))?;
    match varint::size_at(first) {
        1 => Ok((first.into(), 1)),
        size => match bytes.get(at..at + size) {
            Some(bytes) => Ok((varint::read(bytes), size)),
            None => Err(Stop::Short(at + size)),
        },
    }
}
