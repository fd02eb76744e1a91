//! Reading, from a slice.

use super::MAX_DEPTH;
use crate::codec::Error;
use crate::schema::Wire;

/// What is left of a message.
#[derive(Clone, Debug)]
pub struct Reader<'de> {
    rest: &'de [u8],
    depth: u8,
}

/// What begins a field: its number, and how its value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The field number.
    pub tag: u32,
    /// The wire type.
    pub wire: Wire,
}

impl<'de> Reader<'de> {
    /// A reader of a whole message.
    pub fn new(bytes: &'de [u8]) -> Reader<'de> {
        Reader { rest: bytes, depth: MAX_DEPTH }
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// How many bytes are left.
    pub fn len(&self) -> usize {
        self.rest.len()
    }

    /// The next field's key; None at the end.
    #[expect(
        clippy::should_implement_trait,
        reason = "it ends at an error, and the caller reads between two keys"
    )]
    pub fn next(&mut self) -> Result<Option<Key>, Error> {
        if self.rest.is_empty() { Ok(None) } else { self.key().map(Some) }
    }

    fn key(&mut self) -> Result<Key, Error> {
        let value = self.varint()?;
        let wire = match value & 7 {
            0 => Wire::Varint,
            1 => Wire::Fixed64,
            2 => Wire::Length,
            3 => Wire::GroupStart,
            4 => Wire::GroupEnd,
            5 => Wire::Fixed32,
            _ => return Err(Error::new("unknown wire type")),
        };
        match u32::try_from(value >> 3) {
            Ok(tag @ 1..=0x1fff_ffff) => Ok(Key { tag, wire }),
            _ => Err(Error::new("invalid field number")),
        }
    }

    /// Whether the next field has that number.
    pub(crate) fn continues(&self, tag: u32) -> bool {
        matches!(self.clone().next(), Ok(Some(key)) if key.tag == tag)
    }

    /// A bare varint, of at most ten bytes.
    pub fn varint(&mut self) -> Result<u64, Error> {
        match *self.rest {
            [byte, ref rest @ ..] if byte < 0x80 => {
                self.rest = rest;
                Ok(u64::from(byte))
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Result<u64, Error> {
        let mut value = 0;
        for (index, &byte) in self.rest.iter().take(10).enumerate() {
            if index == 9 && byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                self.rest = &self.rest[index + 1..];
                return Ok(value);
            }
        }
        Err(if self.rest.len() < 10 { truncated() } else { Error::new("varint beyond 64 bits") })
    }

    /// Four bare bytes, little endian.
    pub fn fixed32(&mut self) -> Result<u32, Error> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or_else(truncated)?;
        self.rest = rest;
        Ok(u32::from_le_bytes(*bytes))
    }

    /// Eight bare bytes, little endian.
    pub fn fixed64(&mut self) -> Result<u64, Error> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or_else(truncated)?;
        self.rest = rest;
        Ok(u64::from_le_bytes(*bytes))
    }

    /// The content of a field of bytes, text, a message or a packed list.
    pub fn bytes(&mut self, key: Key) -> Result<&'de [u8], Error> {
        key.expect(Wire::Length)?;
        let length = usize::try_from(self.varint()?).ok();
        let (bytes, rest) = length.and_then(|at| self.rest.split_at_checked(at)).ok_or_else(truncated)?;
        self.rest = rest;
        Ok(bytes)
    }

    /// The content of a field of text.
    pub fn text(&mut self, key: Key) -> Result<&'de str, Error> {
        std::str::from_utf8(self.bytes(key)?).map_err(|_| Error::new("text is not valid UTF-8"))
    }

    /// The content of a packed list.
    pub(crate) fn block(&mut self, key: Key) -> Result<Reader<'de>, Error> {
        Ok(Reader { rest: self.bytes(key)?, depth: self.depth })
    }

    /// A reader of the message that the field holds.
    pub fn message(&mut self, key: Key) -> Result<Reader<'de>, Error> {
        let rest = self.bytes(key)?;
        Ok(Reader { rest, depth: self.deeper()? })
    }

    /// A reader of an empty message, for one that was left out.
    pub(crate) fn empty_message() -> (Key, Reader<'static>) {
        (Key { tag: 1, wire: Wire::Length }, Reader { rest: &[0], depth: MAX_DEPTH })
    }

    fn deeper(&self) -> Result<u8, Error> {
        self.depth
            .checked_sub(1)
            .ok_or_else(|| Error::new(format!("nested deeper than {MAX_DEPTH} messages")))
    }

    /// Passes over a field that nobody knows.
    pub fn skip(&mut self, key: Key) -> Result<(), Error> {
        match key.wire {
            Wire::Varint => self.varint().map(drop),
            Wire::Fixed64 => self.fixed64().map(drop),
            Wire::Fixed32 => self.fixed32().map(drop),
            Wire::Length => self.bytes(key).map(drop),
            Wire::GroupStart => self.skip_group(key.tag),
            Wire::GroupEnd => Err(Error::new("a group ends that did not begin")),
        }
    }

    fn skip_group(&mut self, tag: u32) -> Result<(), Error> {
        let outer = self.depth;
        self.depth = self.deeper()?;
        loop {
            match self.next()?.ok_or_else(truncated)? {
                Key { tag: end, wire: Wire::GroupEnd } if end == tag => break,
                key => self.skip(key)?,
            }
        }
        self.depth = outer;
        Ok(())
    }
}

impl Key {
    /// Refuses a value that is written in another way than `wire`.
    pub fn expect(self, wire: Wire) -> Result<(), Error> {
        if self.wire == wire { Ok(()) } else { Err(self.unexpected(wire)) }
    }

    #[cold]
    fn unexpected(self, wire: Wire) -> Error {
        Error::new(format!("wire type {:?} where {wire:?} was expected", self.wire))
    }
}

#[cold]
fn truncated() -> Error {
    Error::new("the message is truncated")
}
