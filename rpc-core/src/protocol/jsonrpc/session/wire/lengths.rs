//! A message stands behind a header that has its length
//! ([LSP, base protocol](https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#baseProtocol)).

use bytes::{Buf, Bytes, BytesMut};

use super::too_large;
use crate::status::{Case, Status};

/// Bytes of a header that we read.
const MOST_HEADER: usize = 8 << 10;

/// Puts the header before the message that stands behind `start`.
pub(super) fn close(out: &mut Vec<u8>, start: usize) {
    let header = format!("Content-Length: {}\r\n\r\n", out.len() - start);
    out.splice(start..start, header.into_bytes());
}

pub(in super::super) struct Lengths {
    buffer: BytesMut,
    /// The length of the message whose header was read.
    length: Option<usize>,
    limit: usize,
}

impl Lengths {
    pub(super) fn new(limit: usize) -> Lengths {
        Lengths { buffer: BytesMut::new(), length: None, limit }
    }

    pub(super) fn push(&mut self, data: &[u8]) {
        self.buffer.extend_from_slice(data);
    }

    pub(super) fn next(&mut self) -> Result<Option<Bytes>, Status> {
        let length = match self.length {
            Some(length) => length,
            None => match self.header()? {
                Some(length) => length,
                None => return Ok(None),
            },
        };
        if length > self.limit {
            return Err(too_large(self.limit));
        }
        if self.buffer.len() < length {
            self.length = Some(length);
            return Ok(None);
        }
        self.length = None;
        Ok(Some(self.buffer.split_to(length).freeze()))
    }

    /// The length that a whole header names.
    fn header(&mut self) -> Result<Option<usize>, Status> {
        let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
            return if self.buffer.len() > MOST_HEADER { Err(malformed("too long")) } else { Ok(None) };
        };
        let header = self.buffer.split_to(end);
        self.buffer.advance(4);
        let text = std::str::from_utf8(&header).map_err(|_| malformed("not text"))?;
        let fields = text.split("\r\n").filter_map(|line| line.split_once(':'));
        let mut lengths = fields
            .filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map(|(_, value)| value.trim());
        match (lengths.next().map(str::parse), lengths.next()) {
            (Some(Ok(length)), None) => Ok(Some(length)),
            _ => Err(malformed("without one Content-Length")),
        }
    }
}

fn malformed(what: &str) -> Status {
    Status::of_case(Case::Parse, format!("the header of a message is {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_whatever_the_chunks() {
        let mut whole = Vec::new();
        for text in ["one", "", "three times as long as the others are"] {
            let start = whole.len();
            whole.extend_from_slice(text.as_bytes());
            close(&mut whole, start);
        }
        whole.extend_from_slice(b"content-type: x\r\nCONTENT-LENGTH:4\r\n\r\nlast");
        for size in 1..whole.len() {
            let mut lengths = Lengths::new(100);
            let mut seen = Vec::new();
            for chunk in whole.chunks(size) {
                lengths.push(chunk);
                while let Some(message) = lengths.next().unwrap() {
                    seen.push(message);
                }
            }
            let expected = ["one", "", "three times as long as the others are", "last"];
            assert_eq!(seen, expected.map(|text| Bytes::from_static(text.as_bytes())), "chunks of {size}");
        }
    }

    #[test]
    fn strange_headers_are_refused() {
        for header in
            ["x: 1\r\n\r\n", "Content-Length: -1\r\n\r\n", "Content-Length: 1\r\nContent-Length: 2\r\n\r\n"]
        {
            let mut lengths = Lengths::new(100);
            lengths.push(header.as_bytes());
            assert!(lengths.next().is_err(), "{header:?}");
        }
        let mut lengths = Lengths::new(3);
        lengths.push(b"Content-Length: 4\r\n\r\n");
        assert_eq!(lengths.next().unwrap_err().code(), crate::Code::ResourceExhausted);
        lengths.push(&[b'x'; MOST_HEADER + 1]);
        assert!(Lengths { length: None, ..lengths }.next().is_err());
    }
}
