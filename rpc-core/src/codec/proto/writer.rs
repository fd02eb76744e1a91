//! Writing, in one pass, behind what stands in the buffer already.

use crate::codec::{Error, Step};
use crate::schema::Wire;

/// Writes fields. It never stops: the first thing that cannot be encoded is kept, and found at the end.
pub struct Writer<'a> {
    out: &'a mut Vec<u8>,
    error: Option<Error>,
}

/// Where a message began whose length is not known yet.
#[must_use]
pub struct Mark {
    start: usize,
    width: usize,
}

impl<'a> Writer<'a> {
    /// A writer that appends to `out`.
    pub fn new(out: &'a mut Vec<u8>) -> Writer<'a> {
        Writer { out, error: None }
    }

    /// Ends the writing, and says whether all could be encoded.
    pub fn finish(self) -> Result<(), Error> {
        self.error.map_or(Ok(()), Err)
    }

    /// Makes room for that many bytes, if they are more than a buffer's ordinary growth.
    pub fn reserve(&mut self, bytes: usize) {
        self.out.reserve(bytes);
    }

    /// A bare varint.
    pub fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.out.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.out.push(value as u8);
    }

    /// Four bare bytes, little endian.
    pub fn fixed32(&mut self, value: u32) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    /// Eight bare bytes, little endian.
    pub fn fixed64(&mut self, value: u64) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    /// The number and wire type that begin a field.
    pub fn key(&mut self, tag: u32, wire: Wire) {
        self.varint(u64::from(tag) << 3 | wire as u64);
    }

    /// A field of bytes or text.
    pub fn bytes(&mut self, tag: u32, bytes: &[u8]) {
        self.key(tag, Wire::Length);
        self.varint(bytes.len() as u64);
        self.out.extend_from_slice(bytes);
    }

    /// Begins a field whose length is not known yet; `hint` is a lower bound of it, so that much need not be
    /// moved when the length turns out to take more than one byte.
    pub fn begin(&mut self, tag: u32, hint: usize) -> Mark {
        self.key(tag, Wire::Length);
        let width = varint_width(hint);
        let start = self.out.len() + width;
        self.out.resize(start, 0);
        Mark { start, width }
    }

    /// Ends such a field.
    pub fn end(&mut self, mark: Mark) {
        let Mark { start, width } = mark;
        let length = self.out.len() - start;
        if width == 1 && length < 0x80 {
            self.out[start - 1] = length as u8;
        } else {
            self.end_wide(start, width, length);
        }
    }

    fn end_wide(&mut self, start: usize, width: usize, length: usize) {
        let first = start - width;
        let needed = varint_width(length);
        if needed > width {
            let end = self.out.len();
            self.out.resize(end + needed - width, 0);
            self.out.copy_within(start..end, start + needed - width);
        }
        // A hint that was too high leaves a varint with superfluous zeros, which every decoder reads.
        let width = needed.max(width);
        let mut rest = length as u64;
        for (index, byte) in self.out[first..first + width].iter_mut().enumerate() {
            *byte = rest as u8 & 0x7f | if index + 1 < width { 0x80 } else { 0 };
            rest >>= 7;
        }
    }

    /// Keeps the reason why the field `tag` cannot be encoded, unless there is one already.
    #[cold]
    pub(crate) fn fail(&mut self, tag: u32, error: Error) {
        if self.error.is_none() {
            self.error = Some(error.at(Step::Tag(tag)));
        }
    }

    /// Whether something could not be encoded.
    pub(crate) fn failed(&self) -> bool {
        self.error.is_some()
    }

    /// Says of the failure how its place is to be described.
    #[cold]
    pub(crate) fn describe(&mut self, f: impl FnOnce(Error) -> Error) {
        self.error = self.error.take().map(f);
    }
}

/// How many bytes a varint takes.
fn varint_width(value: usize) -> usize {
    let bits = usize::BITS - (value | 1).leading_zeros();
    bits.div_ceil(7) as usize
}
