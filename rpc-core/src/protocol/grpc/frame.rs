//! Length-prefixed messages (PROTOCOL-HTTP2.md, "Length-Prefixed-Message"): a flag byte, four bytes of length,
//! the message.

use bytes::{Buf, Bytes, BytesMut};

use super::compress::Encoding;
use crate::status::Status;

/// Bytes before each message.
pub(crate) const PREFIX: usize = 5;

/// Room for the prefix, to be closed by [`close`] when the message stands behind it.
#[inline]
pub(crate) fn open(out: &mut Vec<u8>) {
    out.extend_from_slice(&[0; PREFIX]);
}

/// Writes the prefix of the message that stands in `out` behind the room at `start`.
#[inline]
pub(crate) fn close(out: &mut [u8], start: usize, compressed: bool) -> Result<(), Status> {
    let length = out.len() - start - PREFIX;
    let length = u32::try_from(length)
        .map_err(|_| Status::resource_exhausted(format!("a message of {length} bytes has no gRPC frame")))?;
    out[start] = u8::from(compressed);
    out[start + 1..start + PREFIX].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

/// What the first message in `input` is.
pub(crate) enum Frame {
    /// There is none, and there are no further bytes.
    Empty,
    /// A whole message; `rest` stands behind it.
    Message { message: Bytes, rest: Bytes },
    /// The input ends inside a message.
    Incomplete,
}

/// Takes the first message from `input`, and decompresses it if its flag says so.
pub(crate) fn split(mut input: Bytes, encoding: Encoding, limit: usize) -> Result<Frame, Status> {
    let Some((flag, length)) = prefix(&input, limit)? else {
        return Ok(if input.is_empty() { Frame::Empty } else { Frame::Incomplete });
    };
    if input.len() - PREFIX < length {
        return Ok(Frame::Incomplete);
    }
    input.advance(PREFIX);
    let rest = input.split_off(length);
    Ok(Frame::Message { message: unpack(flag, input, encoding, limit)?, rest })
}

/// The flag and the length of the message that `input` begins with, once its prefix is there.
#[inline]
fn prefix(input: &[u8], limit: usize) -> Result<Option<(u8, usize)>, Status> {
    let Some(&[flag, a, b, c, d]) = input.first_chunk::<PREFIX>() else { return Ok(None) };
    let length = u32::from_be_bytes([a, b, c, d]) as usize;
    match length > limit {
        true => Err(too_large(length, limit)),
        false => Ok(Some((flag, length))),
    }
}

fn unpack(flag: u8, message: Bytes, encoding: Encoding, limit: usize) -> Result<Bytes, Status> {
    match flag {
        0 => Ok(message),
        1 => encoding.decompress(&message, limit),
        _ => Err(Status::internal(format!("a gRPC frame has the flag {flag}"))),
    }
}

/// The single message of a unary call.
///
/// # Errors
///
/// `UNIMPLEMENTED` for none or several, as gRPC's statuscodes.md names it; `INTERNAL` for a torn one.
pub(crate) fn single(input: Bytes, encoding: Encoding, limit: usize, what: &str) -> Result<Bytes, Status> {
    match split(input, encoding, limit)? {
        Frame::Message { message, rest } if rest.is_empty() => Ok(message),
        Frame::Message { .. } => {
            Err(Status::unimplemented(format!("a unary {what} has more than one message")))
        }
        Frame::Empty => Err(Status::unimplemented(format!("a unary {what} has no message"))),
        Frame::Incomplete => Err(Status::internal(format!("the {what} ends inside a message"))),
    }
}

/// A message over the limit.
pub(crate) fn too_large(length: usize, limit: usize) -> Status {
    Status::resource_exhausted(format!("a message of {length} bytes is over the limit of {limit} bytes"))
}

/// Messages out of the chunks of a stream, one after the other. A message that came in one chunk is a slice of it.
#[derive(Debug)]
pub(crate) struct Deframer {
    /// The chunk that is looked at.
    chunk: Bytes,
    /// The beginning of a message that came in several.
    begun: BytesMut,
    encoding: Encoding,
    limit: usize,
}

impl Deframer {
    pub(crate) fn new(encoding: Encoding, limit: usize) -> Deframer {
        Deframer { chunk: Bytes::new(), begun: BytesMut::new(), encoding, limit }
    }

    /// Adds a chunk that arrived, once [`next`](Self::next) had no more of the one before.
    pub(crate) fn push(&mut self, chunk: Bytes) {
        debug_assert!(self.chunk.is_empty(), "the chunk before is not finished");
        self.chunk = chunk;
    }

    /// The next whole message, if it has arrived.
    pub(crate) fn next(&mut self) -> Result<Option<Bytes>, Status> {
        if !self.begun.is_empty() {
            return self.next_of_several();
        }
        let head = prefix(&self.chunk, self.limit)?;
        let Some((flag, length)) = head.filter(|(_, length)| self.chunk.len() - PREFIX >= *length) else {
            self.begun.extend_from_slice(&std::mem::take(&mut self.chunk));
            return Ok(None);
        };
        self.chunk.advance(PREFIX);
        unpack(flag, self.chunk.split_to(length), self.encoding, self.limit).map(Some)
    }

    /// Shows the next whole message, if it has arrived; whether it has.
    pub(crate) fn show(&mut self, show: &mut dyn FnMut(&[u8])) -> Result<bool, Status> {
        // As nearly all are: whole in a chunk, and not compressed.
        if self.begun.is_empty()
            && let Some((0, length)) = prefix(&self.chunk, self.limit)?
            && let Some(message) = self.chunk.get(PREFIX..).and_then(|rest| rest.get(..length))
        {
            show(message);
            self.chunk.advance(PREFIX + length);
            return Ok(true);
        }
        Ok(self.next()?.map(|message| show(&message)).is_some())
    }

    /// A message that came in several chunks.
    fn next_of_several(&mut self) -> Result<Option<Bytes>, Status> {
        if !self.complete(PREFIX) {
            return Ok(None);
        }
        let Some((flag, length)) = prefix(&self.begun, self.limit)? else { return Ok(None) };
        if !self.complete(PREFIX + length) {
            return Ok(None);
        }
        self.begun.advance(PREFIX);
        unpack(flag, self.begun.split().freeze(), self.encoding, self.limit).map(Some)
    }

    /// Takes of the chunk what the message that has begun lacks of `length` bytes; false where that is not there yet.
    fn complete(&mut self, length: usize) -> bool {
        let missing = length.saturating_sub(self.begun.len());
        let taken = self.chunk.split_to(missing.min(self.chunk.len()));
        self.begun.extend_from_slice(&taken);
        self.begun.len() >= length
    }

    /// Whether a message has begun that has not arrived whole.
    pub(crate) fn is_torn(&self) -> bool {
        !self.begun.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(messages: &[&[u8]]) -> Bytes {
        let mut out = Vec::new();
        for message in messages {
            let start = out.len();
            open(&mut out);
            out.extend_from_slice(message);
            close(&mut out, start, false).unwrap();
        }
        out.into()
    }

    fn code(input: Bytes) -> crate::Code {
        single(input, Encoding::Identity, 100, "request").unwrap_err().code()
    }

    #[test]
    fn one_message_is_taken_and_any_other_number_refused() {
        let message = single(framed(&[b"abc"]), Encoding::Identity, 100, "request").unwrap();
        assert_eq!(&message[..], b"abc");
        assert_eq!(code(framed(&[])), crate::Code::Unimplemented);
        assert_eq!(code(framed(&[b"a", b"b"])), crate::Code::Unimplemented);
    }

    #[test]
    fn torn_and_strange_frames_are_internal_and_large_ones_exhausted() {
        assert_eq!(code(framed(&[b"abc"]).slice(..7)), crate::Code::Internal);
        assert_eq!(code(Bytes::from_static(b"\0\0")), crate::Code::Internal);
        assert_eq!(code(Bytes::from_static(b"\x02\0\0\0\0")), crate::Code::Internal);
        assert_eq!(code(Bytes::from_static(b"\x01\0\0\0\0")), crate::Code::Internal);
        assert_eq!(code(Bytes::from_static(b"\0\0\0\0\x65")), crate::Code::ResourceExhausted);
    }

    #[test]
    fn a_stream_gives_its_messages_whatever_the_chunks() {
        let whole = framed(&[b"one", b"", b"three"]);
        for size in 1..whole.len() {
            let [mut deframer, mut showing] = [(); 2].map(|()| Deframer::new(Encoding::Identity, 100));
            let (mut seen, mut shown) = (Vec::new(), Vec::new());
            for chunk in whole.chunks(size) {
                deframer.push(Bytes::copy_from_slice(chunk));
                while let Some(message) = deframer.next().unwrap() {
                    seen.push(message);
                }
                showing.push(Bytes::copy_from_slice(chunk));
                while showing.show(&mut |message| shown.push(message.to_vec())).unwrap() {}
            }
            assert_eq!(seen, [&b"one"[..], b"", b"three"], "chunks of {size}");
            assert_eq!(shown, seen, "chunks of {size}");
            assert!(!deframer.is_torn() && !showing.is_torn());
        }
    }
}
