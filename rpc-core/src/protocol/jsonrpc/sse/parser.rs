//! Events in a stream of bytes, without I/O (WHATWG HTML, section 9.2.6, "Interpreting an event stream").

use bytes::Bytes;

/// The data of an event, or a line, is longer than the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::protocol::jsonrpc) struct TooLong;

/// Room for the name of a field before its value.
const NAME: usize = 64;

/// Finds events as the bytes come, however they are cut. Lines end with LF, CR or both.
#[derive(Debug)]
pub(in crate::protocol::jsonrpc) struct Parser {
    limit: usize,
    /// What came and was not read yet.
    chunk: Bytes,
    /// The beginning of a line whose end is still to come.
    line: Vec<u8>,
    /// Whether a line feed that comes next belongs to the line end that was read.
    after_return: bool,
    /// Whether the first line was read, before which a byte order mark may stand.
    begun: bool,
    /// The data of the event, its lines joined.
    data: Option<Bytes>,
    /// Whether the event is of a type of its own, which is not for us.
    other: bool,
}

impl Parser {
    /// A parser of events with at most `limit` bytes of data.
    pub(in crate::protocol::jsonrpc) fn new(limit: usize) -> Parser {
        Parser {
            limit,
            chunk: Bytes::new(),
            line: Vec::new(),
            after_return: false,
            begun: false,
            data: None,
            other: false,
        }
    }

    /// Adds what came. All events must have been taken before.
    pub(in crate::protocol::jsonrpc) fn push(&mut self, chunk: Bytes) {
        debug_assert!(self.chunk.is_empty(), "the events were not taken");
        self.chunk = chunk;
    }

    /// The data of the next event; none where more must come first. An event that was not ended is none.
    pub(in crate::protocol::jsonrpc) fn next(&mut self) -> Result<Option<Bytes>, TooLong> {
        while let Some(line) = self.line()? {
            let line = if std::mem::replace(&mut self.begun, true) { line } else { without_mark(line) };
            if !line.is_empty() {
                self.field(line)?;
                continue;
            }
            let data = self.data.take();
            if !std::mem::take(&mut self.other)
                && let Some(data) = data.filter(|data| !data.is_empty())
            {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }

    /// The next line, without its end.
    fn line(&mut self) -> Result<Option<Bytes>, TooLong> {
        if self.after_return && !self.chunk.is_empty() {
            self.after_return = false;
            if self.chunk[0] == b'\n' {
                let _ = self.chunk.split_to(1);
            }
        }
        let Some(end) = self.chunk.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
            let rest = std::mem::take(&mut self.chunk);
            if self.line.len().saturating_add(rest.len()) > self.limit.saturating_add(NAME) {
                return Err(TooLong);
            }
            self.line.extend_from_slice(&rest);
            return Ok(None);
        };
        self.after_return = self.chunk[end] == b'\r';
        let line = self.chunk.split_to(end);
        let _ = self.chunk.split_to(1);
        if self.line.is_empty() {
            return Ok(Some(line));
        }
        let mut whole = std::mem::take(&mut self.line);
        whole.extend_from_slice(&line);
        Ok(Some(whole.into()))
    }

    /// Reads a field; comments begin with a colon, and other fields do not matter.
    fn field(&mut self, line: Bytes) -> Result<(), TooLong> {
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let mut value = line.slice((colon + 1).min(line.len())..);
        if value.starts_with(b" ") {
            value = value.slice(1..);
        }
        match &line[..colon] {
            b"data" => self.add(value),
            b"event" => {
                self.other = !matches!(&value[..], b"" | b"message");
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn add(&mut self, value: Bytes) -> Result<(), TooLong> {
        let before = self.data.as_ref().map_or(0, |data| data.len() + 1);
        if before + value.len() > self.limit {
            return Err(TooLong);
        }
        self.data = Some(match self.data.take() {
            None => value,
            Some(data) => {
                // A slice of what came becomes one of our own once, and grows in place then.
                let mut joined = data.try_into_mut().unwrap_or_else(|data| (&data[..]).into());
                joined.extend_from_slice(b"\n");
                joined.extend_from_slice(&value);
                joined.freeze()
            }
        });
        Ok(())
    }
}

fn without_mark(line: Bytes) -> Bytes {
    match line.starts_with("\u{feff}".as_bytes()) {
        true => line.slice("\u{feff}".len()..),
        false => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(chunks: &[&[u8]], limit: usize) -> Result<Vec<String>, TooLong> {
        let mut parser = Parser::new(limit);
        let mut events = Vec::new();
        for chunk in chunks {
            parser.push(Bytes::copy_from_slice(chunk));
            while let Some(event) = parser.next()? {
                events.push(String::from_utf8(event.to_vec()).unwrap());
            }
        }
        Ok(events)
    }

    /// What the parser must find, and how it may be written.
    const TEXT: &str = "\u{feff}: a comment\ndata: one\n\nid: 7\nretry: 10\ndata:two\ndata: 2\ndata\n\nevent: ping\n\
                        data: no\n\nevent: message\ndata:  three\nevents: x\n\n\n\ndata\n\ndata: unended\n";
    const FOUND: [&str; 3] = ["one", "two\n2\n", " three"];

    #[test]
    fn events_are_found_whatever_ends_the_lines_and_wherever_they_are_cut() {
        for end in ["\n", "\r\n", "\r"] {
            let text = TEXT.replace('\n', end);
            let bytes = text.as_bytes();
            assert_eq!(events(&[bytes], 100).unwrap(), FOUND, "{end:?}");
            for cut in 0..=bytes.len() {
                let (first, second) = bytes.split_at(cut);
                assert_eq!(events(&[first, second], 100).unwrap(), FOUND, "{end:?} {cut}");
            }
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            assert_eq!(events(&single, 100).unwrap(), FOUND, "{end:?}");
        }
    }

    #[test]
    fn a_mark_in_the_middle_is_no_mark_and_mixed_ends_are_ends() {
        let text = "data: a\r\ndata: b\rdata: c\n\r\n\u{feff}data: d\n\n";
        assert_eq!(events(&[text.as_bytes()], 100).unwrap(), ["a\nb\nc"]);
    }

    #[test]
    fn data_has_a_limit_however_it_comes() {
        assert_eq!(events(&[b"data: 12345\n\n"], 5).unwrap(), ["12345"]);
        assert_eq!(events(&[b"data: 123456\n\n"], 5), Err(TooLong));
        assert_eq!(events(&[b"data: 12\ndata: 34\n\n"], 5).unwrap(), ["12\n34"]);
        assert_eq!(events(&[b"data: 12\ndata: 345\n\n"], 5), Err(TooLong));
        let endless = [b"data: 1234".as_slice(), &[b'5'; 40], &[b'5'; 40]];
        assert_eq!(events(&endless, 5), Err(TooLong));
        let comments = ":\n".repeat(1000) + "data: 1\n\n";
        assert_eq!(events(&[comments.as_bytes()], 5).unwrap(), ["1"]);
    }
}
