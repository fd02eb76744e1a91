//! The arguments of a call, one after the other.

use super::Parser;
use crate::codec::xml::XmlError;
use crate::codec::xml::lexer::Tag;

/// Reads `<params>…</params>`, nothing at all, or the `<value>` of an array, which stands for arguments elsewhere.
pub(in crate::codec::xml) struct Positions<'de> {
    parser: Parser<'de>,
    form: Form,
    /// Whether a `<param>` is open.
    inside: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Nothing,
    Params,
    Array,
}

impl<'de> Positions<'de> {
    pub(in crate::codec::xml) fn new(input: &'de [u8]) -> Result<Self, XmlError> {
        let mut parser = Parser::new(input, true)?;
        let form = if parser.lexer.rest().is_empty() {
            Form::Nothing
        } else if parser.lexer.sees_start(Tag::Value) {
            parser.open_array()?;
            Form::Array
        } else {
            parser.lexer.open(Tag::Params)?;
            Form::Params
        };
        Ok(Self { parser, form, inside: false })
    }

    /// Goes to the next argument, whose value must be read then; none behind the last.
    pub(in crate::codec::xml) fn next(&mut self) -> Result<Option<&mut Parser<'de>>, XmlError> {
        let lexer = &mut self.parser.lexer;
        if std::mem::take(&mut self.inside) {
            lexer.close(Tag::Param)?;
        }
        let there = match self.form {
            Form::Nothing => false,
            Form::Array => self.parser.more_items()?,
            Form::Params => {
                self.inside = lexer.open_if(Tag::Param, Tag::Params)?;
                self.inside
            }
        };
        Ok(there.then_some(&mut self.parser))
    }

    /// Goes to the argument of this name, which must be there.
    pub(in crate::codec::xml) fn required(&mut self, name: &str) -> Result<&mut Parser<'de>, XmlError> {
        self.next()?.ok_or_else(|| XmlError::data(format!("{name}: missing")))
    }

    /// The end of the arguments: none may follow these `count`.
    pub(in crate::codec::xml) fn end(mut self, count: usize) -> Result<(), XmlError> {
        if self.next()?.is_some() {
            let values = if count == 1 { "value" } else { "values" };
            return Err(XmlError::data(format!("the method takes {count} {values}, not more")));
        }
        match self.form {
            Form::Nothing => {}
            Form::Array => self.parser.end_array()?,
            Form::Params => self.parser.lexer.close(Tag::Params)?,
        }
        self.parser.finish()
    }
}
