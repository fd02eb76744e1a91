//! Arrays and structs, one element after the other.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

use super::key::Key;
use super::parser::Parser;
use crate::codec::xml::XmlError;

/// The items of an array.
pub(super) struct Items<'a, 'de>(&'a mut Parser<'de>);

impl<'a, 'de> Items<'a, 'de> {
    pub(super) fn new(parser: &'a mut Parser<'de>) -> Self {
        Self(parser)
    }
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = XmlError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, XmlError> {
        if self.0.more_items()? { seed.deserialize(&mut *self.0).map(Some) } else { Ok(None) }
    }
}

/// Up to so many names are compared with each other, without a set.
const FEW: usize = 24;

/// The members of a struct.
pub(super) struct Members<'a, 'de> {
    parser: &'a mut Parser<'de>,
    /// Where the names of this struct begin in the parser's.
    base: usize,
    /// All names, once there are many.
    set: Option<HashSet<Cow<'de, str>>>,
    ended: bool,
}

impl<'a, 'de> Members<'a, 'de> {
    pub(super) fn new(parser: &'a mut Parser<'de>) -> Self {
        let base = parser.names.len();
        Self { parser, base, set: None, ended: false }
    }

    /// The next name, which must be new.
    fn next_name(&mut self) -> Result<Option<Cow<'de, str>>, XmlError> {
        let offset = self.parser.lexer.pos();
        let Some(name) = self.parser.next_name()? else {
            self.ended = true;
            return Ok(None);
        };
        if self.is_known(name.clone()) {
            return Err(XmlError::data(format!("the member `{name}` stands twice")).at(offset));
        }
        Ok(Some(name))
    }

    /// Remembers a name, and says whether it was there before.
    fn is_known(&mut self, name: Cow<'de, str>) -> bool {
        let few = &self.parser.names[self.base..];
        if few.len() < FEW {
            let known = few.contains(&name);
            self.parser.names.push(name);
            return known;
        }
        !self.set.get_or_insert_with(|| few.iter().cloned().collect()).insert(name)
    }

    /// Checks that the visitor took all members.
    pub(super) fn finish(mut self) -> Result<(), XmlError> {
        if !self.ended && self.next_name()?.is_some() {
            return Err(XmlError::data("more members in the struct than expected"));
        }
        self.parser.names.truncate(self.base);
        Ok(())
    }
}

impl<'de> MapAccess<'de> for &mut Members<'_, 'de> {
    type Error = XmlError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, XmlError> {
        let offset = self.parser.lexer.pos();
        match self.next_name()? {
            Some(name) => seed.deserialize(Key(name)).map(Some).map_err(|error| error.at(offset)),
            None => Ok(None),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, XmlError> {
        let value = seed.deserialize(&mut *self.parser)?;
        self.parser.end_member()?;
        Ok(value)
    }
}
