//! Reads the lines of a field section (section 3.6).

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::budget::{Budget, PER_FIELD};
use super::{Input, Malformed};
use crate::message::bhttp::field;

/// How much of a name an error shows.
const SHOWN: usize = 40;

/// A header or trailer section, as far as it has come.
#[derive(Debug)]
pub(super) struct Section {
    /// Whether its length stands before it; else a zero stands behind.
    known: bool,
    /// Bytes of the section that no line has claimed.
    left: u64,
    next: Item,
    fields: HeaderMap,
}

/// What is read next.
#[derive(Debug)]
enum Item {
    SectionLength,
    NameLength,
    Name(usize),
    ValueLength(HeaderName),
    Value(HeaderName, usize),
}

/// Where a step leads.
enum Step {
    Next(Item),
    /// The item is not all there.
    Wait(Item),
    Done,
}

impl Section {
    pub(super) fn new(known: bool) -> Self {
        let next = if known { Item::SectionLength } else { Item::NameLength };
        Self { known, left: u64::MAX, next, fields: HeaderMap::new() }
    }

    /// Whether nothing of it has come. A message may end here.
    pub(super) fn is_blank(&self) -> bool {
        match self.next {
            Item::SectionLength => true,
            // A first field may be one that was passed over.
            Item::NameLength => !self.known && self.left == u64::MAX,
            _ => false,
        }
    }

    /// The fields, once all of them are there; `None` until then.
    pub(super) fn read(
        &mut self,
        input: &mut Input,
        budget: &mut Budget,
    ) -> Result<Option<HeaderMap>, Malformed> {
        loop {
            let item = std::mem::replace(&mut self.next, Item::NameLength);
            match self.step(item, input, budget)? {
                Step::Next(item) => self.next = item,
                Step::Wait(item) => {
                    self.next = item;
                    return Ok(None);
                }
                Step::Done => return Ok(Some(std::mem::take(&mut self.fields))),
            }
        }
    }

    fn step(&mut self, item: Item, input: &mut Input, budget: &mut Budget) -> Result<Step, Malformed> {
        let next = match item {
            Item::SectionLength => {
                let Some((length, _)) = input.varint() else { return Ok(Step::Wait(item)) };
                budget.check(length)?;
                self.left = length;
                Item::NameLength
            }
            Item::NameLength if self.known && self.left == 0 => return Ok(Step::Done),
            Item::NameLength => match self.claim(input)? {
                None => return Ok(Step::Wait(item)),
                Some(0) if self.known => return Err(refused(b"", "is empty")),
                Some(0) => return Ok(Step::Done),
                Some(length) => Item::Name(budget.spend(length, PER_FIELD)?),
            },
            Item::Name(length) => {
                let Some(bytes) = input.peek(length) else { return Ok(Step::Wait(item)) };
                let name = name(bytes)?;
                input.advance(length);
                Item::ValueLength(name)
            }
            Item::ValueLength(name) => match self.claim(input)? {
                None => return Ok(Step::Wait(Item::ValueLength(name))),
                Some(length) => Item::Value(name, budget.spend(length, 0)?),
            },
            Item::Value(name, length) => {
                let Some(value) = input.take(length) else {
                    return Ok(Step::Wait(Item::Value(name, length)));
                };
                self.add(name, value, budget)?;
                Item::NameLength
            }
        };
        Ok(Step::Next(next))
    }

    /// Reads a length, which lies in the section with all that it announces.
    fn claim(&mut self, input: &mut Input) -> Result<Option<u64>, Malformed> {
        let Some((length, size)) = input.varint() else { return Ok(None) };
        self.left = self.left.checked_sub(length + size as u64).ok_or(Malformed::Overrun)?;
        Ok(Some(length))
    }

    fn add(&mut self, name: HeaderName, value: Bytes, budget: &Budget) -> Result<(), Malformed> {
        if field::is_padded(&value) {
            return Err(Malformed::Value(name));
        }
        if !field::travels(&name, &value) {
            return Ok(());
        }
        match HeaderValue::from_maybe_shared(value) {
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
