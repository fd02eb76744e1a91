//! A stream as one array: its elements as slices of the text, one after the other.

use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;

use crate::codec::JSON_DEPTH;
use crate::dispatch::Pull;
use crate::metadata::ReplyParts;
use crate::status::{Case, Status};

/// The elements of an array. The text has been held to JSON's grammar, so that only ends are looked for, and nothing
/// is kept but the place.
pub(super) struct Elements {
    text: Bytes,
    at: usize,
    /// The argument that the elements are.
    argument: Option<Argument>,
}

/// What a refused element is called by.
struct Argument {
    name: &'static str,
    count: usize,
}

impl Elements {
    /// The elements of `array`; none where it is empty.
    pub(super) fn new(array: Bytes) -> Elements {
        Elements { text: array, at: 1, argument: None }
    }

    /// The elements of `array`, an argument of this name: none may be nested deeper than an argument.
    pub(super) fn of_argument(array: Bytes, name: &'static str) -> Elements {
        Elements { argument: Some(Argument { name, count: 0 }), ..Elements::new(array) }
    }

    /// The next element, and how deep it is nested.
    pub(super) fn next(&mut self) -> Option<(Bytes, usize)> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t' | b',') = self.text.get(self.at) {
            self.at += 1;
        }
        if matches!(self.text.get(self.at), None | Some(b']')) {
            return None;
        }
        let (range, depth) = value(&self.text, self.at);
        self.at = range.end;
        Some((self.text.slice(range), depth))
    }
}

/// The value that begins at `start`, in a text that is JSON, and its depth.
fn value(text: &[u8], start: usize) -> (Range<usize>, usize) {
    let (mut at, mut depth, mut deepest) = (start, 0_usize, 0);
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => at = string_end(text, at),
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
                at += 1;
                continue;
            }
            b']' | b'}' | b',' | b' ' | b'\n' | b'\r' | b'\t' if depth == 0 => break,
            b']' | b'}' => {
                depth -= 1;
                at += 1;
            }
            _ => {
                at += 1;
                continue;
            }
        }
        if depth == 0 {
            break;
        }
    }
    (start..at.min(text.len()), deepest)
}

/// Where the string ends that begins at `start`.
fn string_end(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at
}

impl Pull for Elements {
    fn poll_item(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Status>> {
        let Some((element, depth)) = self.next() else { return Poll::Ready(Ok(None)) };
        if let Some(Argument { name, count }) = &mut self.argument {
            let place = *count;
            *count += 1;
            if depth > JSON_DEPTH {
                let text = format!("Invalid params: {name}[{place}]: values nested deeper than {JSON_DEPTH}");
                return Poll::Ready(Err(Status::of_case(Case::InvalidParams, text)));
            }
        }
        Poll::Ready(Ok(Some(element)))
    }

    fn take_parts(self: Pin<&mut Self>) -> Option<Box<ReplyParts>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::jsonrpc::scan::{Malformed, Scanner};

    #[test]
    fn elements_are_those_that_the_scanner_finds() {
        for text in [
            "[]",
            " [ ]",
            "[1]",
            "[ 1 , -2.5e3 ,\n\"a,]\\\"b\\\\\", \"\\\\\" ]",
            "[null,true,[],{},[[[1]]],{\"a\":[1,{\"]\":\"}\"}]}, \"é\"]",
            "[[],[ ],\"\"]",
        ] {
            let text = text.trim_start();
            let mut expected = Vec::new();
            let scanned = Scanner::new(text).array(|scanner| {
                let value = scanner.value()?;
                expected.push((Bytes::from(value.text.to_owned()), value.depth));
                Ok::<_, Malformed>(())
            });
            assert_eq!(scanned, Ok(()), "{text}");
            let mut elements = Elements::new(Bytes::from_static(text.as_bytes()));
            assert_eq!(std::iter::from_fn(|| elements.next()).collect::<Vec<_>>(), expected, "{text}");
        }
        assert_eq!(Elements::new(Bytes::new()).next(), None);
    }
}
