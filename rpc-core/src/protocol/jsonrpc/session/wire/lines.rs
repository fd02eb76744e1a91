//! A message is a line.

use bytes::{Buf, Bytes, BytesMut};

use super::too_large;
use crate::codec::plain_blocks;
use crate::status::Status;

pub(in super::super) struct Lines {
    /// The chunk that is looked at.
    chunk: Bytes,
    /// The beginning of a line that came in several.
    begun: BytesMut,
    limit: usize,
}

impl Lines {
    pub(super) fn new(limit: usize) -> Lines {
        Lines { chunk: Bytes::new(), begun: BytesMut::new(), limit }
    }

    pub(super) fn push(&mut self, data: Bytes) {
        match self.chunk.is_empty() {
            true => self.chunk = data,
            // The reader asks for more only when it has no whole line.
            false => self.begun.extend_from_slice(&std::mem::replace(&mut self.chunk, data)),
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<Bytes>, Status> {
        loop {
            let Some(end) = end(&self.chunk) else {
                self.begun.extend_from_slice(&std::mem::take(&mut self.chunk));
                return if self.begun.len() > self.limit { Err(too_large(self.limit)) } else { Ok(None) };
            };
            let line = self.chunk.split_to(end);
            self.chunk.advance(1);
            let line = match self.begun.is_empty() {
                true => line,
                false => {
                    self.begun.extend_from_slice(&line);
                    self.begun.split().freeze()
                }
            };
            if line.len() > self.limit {
                return Err(too_large(self.limit));
            }
            // Empty lines keep a connection warm, and say nothing.
            if !line.trim_ascii().is_empty() {
                return Ok(Some(line));
            }
        }
    }

    /// A line without its end.
    pub(super) fn last(&mut self) -> Option<Bytes> {
        let line = self.begun.split().freeze();
        (!line.trim_ascii().is_empty()).then_some(line)
    }
}

/// Where the first line ends.
fn end(chunk: &[u8]) -> Option<usize> {
    let plain = plain_blocks(chunk, |byte| byte == b'\n');
    chunk[plain..].iter().position(|byte| *byte == b'\n').map(|at| plain + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_whatever_the_chunks() {
        let whole = b"one\n\r\n\ntwo\r\nthree";
        for size in 1..whole.len() {
            let mut lines = Lines::new(10);
            let mut seen = Vec::new();
            for chunk in whole.chunks(size) {
                lines.push(Bytes::copy_from_slice(chunk));
                while let Some(line) = lines.next().unwrap() {
                    seen.push(line);
                }
            }
            seen.extend(lines.last());
            assert_eq!(seen, [&b"one"[..], b"two\r", b"three"], "chunks of {size}");
        }
    }

    #[test]
    fn a_line_has_a_limit_before_it_ends() {
        let mut lines = Lines::new(3);
        lines.push(Bytes::from_static(b"123\n"));
        assert_eq!(lines.next().unwrap().unwrap(), "123");
        lines.push(Bytes::from_static(b"1234"));
        assert_eq!(lines.next().unwrap_err().code(), crate::Code::ResourceExhausted);
    }
}
