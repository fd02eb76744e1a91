//! The grammar of values.

use std::borrow::Cow;
use std::ops::Range;

use super::number;
use crate::codec::xml::lexer::chars::trim;
use crate::codec::xml::lexer::{Element, Extension, Lexer, Tag};
use crate::codec::xml::{MAX_DEPTH, XmlError, base64};

/// A value: a scalar whole, an array or struct up to its first element.
#[derive(Debug)]
pub(super) enum Item<'de> {
    Nil,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(Cow<'de, str>),
    DateTime(Cow<'de, str>),
    Bytes(Vec<u8>),
    Array,
    Struct,
}

impl Item<'_> {
    /// As error messages call it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Item::Nil => "nil",
            Item::Bool(_) => "a boolean",
            Item::Int(_) => "an integer",
            Item::Double(_) => "a double",
            Item::Text(_) => "a string",
            Item::DateTime(_) => "a dateTime",
            Item::Bytes(_) => "base64",
            Item::Array => "an array",
            Item::Struct => "a struct",
        }
    }
}

/// Reads values one after the other. The methods must be called in the order of the document: what
/// [`item`](Self::item) opens, [`end_array`](Self::end_array) or [`end_struct`](Self::end_struct) closes.
pub(in crate::codec::xml) struct Parser<'de> {
    pub(super) lexer: Lexer<'de>,
    /// An item that was read to see what it is, and put back.
    peeked: Option<Item<'de>>,
    depth: usize,
    /// The member names of all structs that are open.
    pub(super) names: Vec<Cow<'de, str>>,
    /// Where the last item began.
    start: usize,
}

impl<'de> Parser<'de> {
    pub(in crate::codec::xml) fn new(input: &'de [u8], literals: bool) -> Result<Self, XmlError> {
        let lexer = Lexer::new(input, literals)?;
        Ok(Self { lexer, peeked: None, depth: 0, names: Vec::new(), start: 0 })
    }

    /// Where the last item began.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    pub(in crate::codec::xml) fn finish(&mut self) -> Result<(), XmlError> {
        self.lexer.finish()
    }

    /// Reads the next value.
    pub(super) fn item(&mut self) -> Result<Item<'de>, XmlError> {
        if let Some(item) = self.peeked.take() {
            return Ok(item);
        }
        self.start = self.lexer.pos();
        self.lexer.open(Tag::Value)?;
        if self.depth == MAX_DEPTH {
            return Err(self.lexer.error(format!("values nested deeper than {MAX_DEPTH}")));
        }
        match self.literal_type() {
            Some(tag) => self.typed(tag),
            None => self.other_type(),
        }
    }

    /// Whether the next value is nil, which is then taken.
    pub(super) fn nil(&mut self) -> Result<bool, XmlError> {
        let item = self.item()?;
        if matches!(item, Item::Nil) {
            return Ok(true);
        }
        self.peeked = Some(item);
        Ok(false)
    }

    /// Goes over the next value, and tells where it stood. What is inside must be well-formed, no more.
    pub(in crate::codec::xml) fn skip_value(&mut self) -> Result<Range<usize>, XmlError> {
        if !self.lexer.opens(Tag::Value, Tag::Member)? {
            return Err(self.lexer.error("expected <value>, found an end tag"));
        }
        let start = self.lexer.pos();
        self.lexer.open(Tag::Value)?;
        self.lexer.skip_element(Tag::Value.name())?;
        Ok(start..self.lexer.pos())
    }

    /// Takes the start of a struct.
    pub(in crate::codec::xml) fn open_struct(&mut self) -> Result<(), XmlError> {
        match self.item()? {
            Item::Struct => Ok(()),
            other => Err(self.mismatch(&other, "a struct")),
        }
    }

    /// Takes the start of an array.
    pub(in crate::codec::xml) fn open_array(&mut self) -> Result<(), XmlError> {
        match self.item()? {
            Item::Array => Ok(()),
            other => Err(self.mismatch(&other, "an array")),
        }
    }

    /// Takes a boolean.
    pub(in crate::codec::xml) fn boolean(&mut self) -> Result<bool, XmlError> {
        match self.item()? {
            Item::Bool(value) => Ok(value),
            other => Err(self.mismatch(&other, "a boolean")),
        }
    }

    /// The error for an item that is not of the type asked for.
    #[cold]
    pub(super) fn mismatch(&self, found: &Item<'de>, expected: &str) -> XmlError {
        XmlError::mismatch(format!("expected {expected}, found {}", found.name())).at(self.start)
    }

    /// Takes the start of a type, if it stands here as a literal.
    #[inline]
    fn literal_type(&mut self) -> Option<Tag> {
        let tag = match self.lexer.rest().as_bytes() {
            [b'<', b's', b't', b'r', b'i', ..] => Tag::String,
            [b'<', b's', ..] => Tag::Struct,
            [b'<', b'i', b'n', ..] => Tag::Int,
            [b'<', b'i', b'4', ..] => Tag::I4,
            [b'<', b'i', ..] => Tag::I8,
            [b'<', b'd', b'o', ..] => Tag::Double,
            [b'<', b'd', ..] => Tag::DateTime,
            [b'<', b'b', b'o', ..] => Tag::Boolean,
            [b'<', b'b', ..] => Tag::Base64,
            [b'<', b'a', ..] => Tag::Array,
            _ => return None,
        };
        self.lexer.eat(tag.start(), 1, 0).then_some(tag)
    }

    /// A value whose type is no literal: nil, none at all (a string), one of Apache's, or written in another way.
    #[cold]
    #[inline(never)]
    fn other_type(&mut self) -> Result<Item<'de>, XmlError> {
        if self.lexer.eat("<nil/></value>", 1, 2) {
            return Ok(Item::Nil);
        }
        let text = self.lexer.text()?;
        if self.lexer.eat(Tag::Value.end(), 0, 1) {
            return Ok(Item::Text(text));
        }
        let Some((element, name)) = self.lexer.element()? else {
            self.lexer.close(Tag::Value)?;
            return Ok(Item::Text(text));
        };
        if !trim(&text).is_empty() {
            return Err(XmlError::syntax(self.start, format!("text beside <{name}> in a value")));
        }
        match element {
            Element::Plain(tag) => self.typed(tag),
            Element::Extension(extension) => {
                let item = self.extension(extension)?;
                self.lexer.close_named(name)?;
                self.lexer.close(Tag::Value)?;
                Ok(item)
            }
            Element::Unknown => Err(XmlError::syntax(self.start, format!("unknown element <{name}>"))),
        }
    }

    /// The content of a type whose start was taken, and the ends behind it.
    fn typed(&mut self, tag: Tag) -> Result<Item<'de>, XmlError> {
        let item = match tag {
            Tag::String => Item::Text(self.lexer.text()?),
            // JavaScript and PHP write all their integers as <int>.
            Tag::Int | Tag::I4 | Tag::I8 => Item::Int(self.scalar("a 64 bit integer", number::int::<i64>)?),
            Tag::Double => Item::Double(self.scalar("a double", number::double)?),
            Tag::Boolean => Item::Bool(self.scalar("0 or 1", number::boolean)?),
            Tag::DateTime => Item::DateTime(self.lexer.text()?),
            Tag::Base64 => Item::Bytes(self.scalar("base64", base64::decode)?),
            Tag::Nil => self.scalar("nothing", |text| text.is_empty().then_some(Item::Nil))?,
            Tag::Array => {
                self.lexer.open(Tag::Data)?;
                self.depth += 1;
                return Ok(Item::Array);
            }
            Tag::Struct => {
                self.depth += 1;
                return Ok(Item::Struct);
            }
            _ => return Err(XmlError::syntax(self.start, format!("{} is not a type", tag.start()))),
        };
        self.lexer.close_value(tag)?;
        Ok(item)
    }

    /// The content of one of Apache's types.
    fn extension(&mut self, extension: Extension) -> Result<Item<'de>, XmlError> {
        Ok(match extension {
            Extension::Nil => self.scalar("nothing", |text| text.is_empty().then_some(Item::Nil))?,
            Extension::I1 => Item::Int(self.scalar("an 8 bit integer", number::int::<i8>)?),
            Extension::I2 => Item::Int(self.scalar("a 16 bit integer", number::int::<i16>)?),
            Extension::I8 => Item::Int(self.scalar("a 64 bit integer", number::int::<i64>)?),
            Extension::Float => Item::Double(self.scalar("a double", number::double)?),
            Extension::DateTime => Item::DateTime(self.lexer.text()?),
        })
    }

    /// The text of a scalar, without the white space of pretty printers, read by `read`.
    fn scalar<T>(&mut self, expected: &str, read: fn(&str) -> Option<T>) -> Result<T, XmlError> {
        let text = self.lexer.text()?;
        let text = trim(&text);
        read(text).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            XmlError::data(format!("expected {expected}, found `{shown}`")).at(self.start)
        })
    }

    /// Whether one more value follows in the array.
    #[inline]
    pub(in crate::codec::xml) fn more_items(&mut self) -> Result<bool, XmlError> {
        self.lexer.opens(Tag::Value, Tag::Data)
    }

    /// Takes the end of an array, in which no value may follow.
    pub(in crate::codec::xml) fn end_array(&mut self) -> Result<(), XmlError> {
        self.depth -= 1;
        if self.lexer.eat("</data></array></value>", 0, 3) {
            return Ok(());
        }
        self.lexer.close(Tag::Data)?;
        self.lexer.close_value(Tag::Array)
    }

    /// The name of the next member of the struct, up to its value; `None` at the end.
    pub(in crate::codec::xml) fn next_name(&mut self) -> Result<Option<Cow<'de, str>>, XmlError> {
        if !self.lexer.eat("<member><name>", 2, 0) {
            if !self.lexer.open_if(Tag::Member, Tag::Struct)? {
                return Ok(None);
            }
            self.lexer.open(Tag::Name)?;
        }
        let name = self.lexer.text()?;
        self.lexer.close(Tag::Name)?;
        Ok(Some(name))
    }

    /// Takes the end of a member, behind its value.
    #[inline]
    pub(in crate::codec::xml) fn end_member(&mut self) -> Result<(), XmlError> {
        self.lexer.close(Tag::Member)
    }

    /// Takes the end of a struct, in which no member may follow.
    pub(in crate::codec::xml) fn end_struct(&mut self) -> Result<(), XmlError> {
        self.depth -= 1;
        self.lexer.close_value(Tag::Struct)
    }
}
