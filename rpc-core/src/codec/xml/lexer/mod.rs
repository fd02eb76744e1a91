//! The lexer: XML as the tags and texts that XML-RPC is made of.
//!
//! Two ways lead through a document. The tags that every client writes are compared as literals, on the slice
//! ([`Lexer::eat`]); whatever else comes (attributes, comments, CDATA, white space between tags) goes through
//! quick-xml's reader from the same position ([`markup`]). Both ways end in the same methods, so that the parser
//! above does not know which was taken.

pub(super) mod chars;
mod markup;
mod scope;
mod tag;
mod text;

use scope::Scope;

pub(super) use markup::Element;
pub(super) use tag::{Extension, Tag};

use super::XmlError;

/// A position in a document, and what must be known to go on from there.
pub(super) struct Lexer<'de> {
    input: &'de str,
    pos: usize,
    /// Elements that are open.
    level: usize,
    /// Whether literals may be tried at all.
    allow_literals: bool,
    /// Whether literals may be tried here: allowed, and `closing` is `None`.
    literals: bool,
    /// The name of an empty element `<name/>`, whose end is still to be told.
    closing: Option<&'de str>,
    scope: Scope,
}

impl<'de> Lexer<'de> {
    /// A lexer at the beginning of `input`. Without `literals` everything goes through quick-xml.
    pub(super) fn new(input: &'de [u8], literals: bool) -> Result<Self, XmlError> {
        let input = std::str::from_utf8(input)
            .map_err(|error| XmlError::syntax(error.valid_up_to(), "the text is not valid UTF-8"))?;
        Ok(Self {
            input,
            pos: 0,
            level: 0,
            allow_literals: literals,
            literals,
            closing: None,
            scope: Scope::default(),
        })
    }

    /// The byte at which the lexer stands.
    pub(super) fn pos(&self) -> usize {
        self.pos
    }

    /// What stands before the lexer.
    pub(super) fn rest(&self) -> &'de str {
        &self.input[self.pos..]
    }

    /// Goes over what needs no look.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.pos += bytes;
    }

    /// A syntax error at this place.
    #[cold]
    pub(super) fn error(&self, message: impl Into<String>) -> XmlError {
        XmlError::syntax(self.pos, message)
    }

    /// Whether the lexer stands before this literal.
    #[inline(always)]
    pub(super) fn sees(&self, literal: &str) -> bool {
        self.literals && self.input.as_bytes()[self.pos..].starts_with(literal.as_bytes())
    }

    /// Whether the lexer stands before the start of this element, with attributes or without.
    pub(super) fn sees_start(&self, tag: Tag) -> bool {
        let name = self.rest().strip_prefix('<').and_then(|rest| rest.strip_prefix(tag.name()));
        name.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    }

    /// Takes a literal that opens `opens` elements and then closes `closes`; `false` if it does not stand here.
    #[inline(always)]
    pub(super) fn eat(&mut self, literal: &str, opens: usize, closes: usize) -> bool {
        let seen = self.sees(literal);
        if seen {
            self.pos += literal.len();
            self.level = self.level + opens - closes;
            self.scope.leave(self.level);
        }
        seen
    }

    /// Takes the start of this element.
    #[inline(always)]
    pub(super) fn open(&mut self, tag: Tag) -> Result<(), XmlError> {
        if self.eat(tag.start(), 1, 0) { Ok(()) } else { self.open_slow(tag) }
    }

    /// Takes the end of this element.
    #[inline(always)]
    pub(super) fn close(&mut self, tag: Tag) -> Result<(), XmlError> {
        if self.eat(tag.end(), 0, 1) { Ok(()) } else { self.close_named(tag.name()) }
    }

    /// Takes the end of a type's element, and that of the `value` around it.
    #[inline]
    pub(super) fn close_value(&mut self, tag: Tag) -> Result<(), XmlError> {
        if self.eat(tag.end_value(), 0, 2) {
            return Ok(());
        }
        self.close(tag)?;
        self.close(Tag::Value)
    }

    /// Whether a start tag follows, and not the end of `parent`. Takes nothing but white space.
    #[inline(always)]
    pub(super) fn opens(&mut self, tag: Tag, parent: Tag) -> Result<bool, XmlError> {
        if self.sees(tag.start()) {
            Ok(true)
        } else if self.sees(parent.end()) {
            Ok(false)
        } else {
            self.opens_slow()
        }
    }

    /// Takes the start of this element, if it is not the end of `parent` that follows.
    #[inline(always)]
    pub(super) fn open_if(&mut self, tag: Tag, parent: Tag) -> Result<bool, XmlError> {
        let opens = self.opens(tag, parent)?;
        if opens {
            self.open(tag)?;
        }
        Ok(opens)
    }

    /// The end of the document: nothing may follow but white space, comments and processing instructions.
    pub(super) fn finish(&mut self) -> Result<(), XmlError> {
        self.skip_blank()?;
        if self.rest().is_empty() { Ok(()) } else { Err(self.error("text after the end of the document")) }
    }
}
