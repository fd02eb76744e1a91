//! Reads the lines of a field section (section 3.6).

use std::ops::Range;

use bytes::{Buf, Bytes};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::Malformed;
use super::budget::{Budget, PER_FIELD};
use super::input::{Input, Stop, varint_at};
use crate::message::bhttp::field;

/// How much of a name an error shows.
const SHOWN: usize = 40;

/// A header or trailer section, as far as it has come.
#[derive(Debug)]
pub(super) struct Section {
    /// Whether its length is due, and stands before it; else a zero stands behind.
    length_due: bool,
    known: bool,
    /// Bytes of the section that have not come.
    left: u64,
    fields: HeaderMap,
}

/// Where the parts of a line are: behind the lengths of both.
struct Line {
    name: Range<usize>,
    value: Range<usize>,
}

impl Section {
    pub(super) fn new(known: bool) -> Self {
        Self { length_due: known, known, left: u64::MAX, fields: HeaderMap::new() }
    }

    /// Whether nothing of it has come. A message may end here.
    pub(super) fn is_blank(&self) -> bool {
        self.left == u64::MAX
    }

    /// The fields, once all of them are there; `None` until then.
    pub(super) fn read(
        &mut self,
        input: &mut Input,
        budget: &mut Budget,
    ) -> Result<Option<HeaderMap>, Malformed> {
        if self.length_due {
            let Some(length) = input.varint()? else { return Ok(None) };
            budget.check(length)?;
            (self.left, self.length_due) = (length, false);
        }
        while !(self.known && self.left == 0) {
            let Some(line) = input.read(|ahead| self.line(ahead, budget))? else { return Ok(None) };
            let Some(bytes) = input.take(line.value.end) else { return Ok(None) };
            self.left -= bytes.len() as u64;
            if line.name.is_empty() {
                break;
            }
            self.add(line, bytes, budget)?;
        }
        Ok(Some(std::mem::take(&mut self.fields)))
    }

    /// Finds the next line, or the zero that ends the section. What it announces is within the section and the budget,
    /// or refused at once.
    fn line(&self, ahead: &[u8], budget: &Budget) -> Result<Line, Stop> {
        let (length, at) = varint_at(ahead, 0)?;
        self.check(at, length)?;
        if length == 0 {
            let end = Line { name: at..at, value: at..at };
            return if self.known { Err(refused(b"", "is empty").into()) } else { Ok(end) };
        }
        let name = at..at + budget.check(length)?;
        budget.check(length + PER_FIELD)?;
        let (length, size) = varint_at(ahead, name.end)?;
        let at = name.end + size;
        self.check(at, length)?;
        let value = at..at + budget.check(length)?;
        budget.check(PER_FIELD + (name.len() + value.len()) as u64)?;
        if ahead.len() < value.end { Err(Stop::Short(value.end)) } else { Ok(Line { name, value }) }
    }

    /// Whether the section has `length` more bytes behind `at` of them.
    fn check(&self, at: usize, length: u64) -> Result<(), Malformed> {
        if at as u64 + length > self.left { Err(Malformed::Overrun) } else { Ok(()) }
    }

    fn add(&mut self, line: Line, mut bytes: Bytes, budget: &mut Budget) -> Result<(), Malformed> {
        budget.spend(PER_FIELD + (line.name.len() + line.value.len()) as u64)?;
        let name = name(&bytes[line.name])?;
        bytes.advance(line.value.start);
        if field::is_padded(&bytes) {
            return Err(Malformed::Value(name));
        }
        if !field::travels(name.as_str(), &bytes) {
            return Ok(());
        }
        match HeaderValue::from_maybe_shared(bytes) {
            Ok(value) => self.fields.try_append(name, value).map(drop).map_err(|_| budget.exceeded()),
            Err(_) => Err(Malformed::Value(name)),
        }
    }
}

fn name(bytes: &[u8]) -> Result<HeaderName, Malformed> {
    HeaderName::from_lowercase(bytes).map_err(|_| {
        let problem = if bytes.starts_with(b":") {
            "is that of a pseudo-field, of which none belongs here"
        } else if bytes.iter().any(u8::is_ascii_uppercase) {
            "is not in lower case"
        } else {
            "is not a token"
        };
        refused(bytes, problem)
    })
}

#[cold]
fn refused(name: &[u8], problem: &'static str) -> Malformed {
    let shown = &name[..name.len().min(SHOWN)];
    Malformed::Name { name: shown.escape_ascii().to_string(), problem }
}
