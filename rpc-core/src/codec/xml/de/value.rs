//! [`Parser`] as a serde deserializer.

use std::borrow::Cow;

use serde::de::{Deserializer, Visitor};

use super::access::{Items, Members};
use super::enums::{MemberVariant, NameVariant};
use super::parser::{Item, Parser};
use super::timestamp::TimestampSeq;
use crate::codec::xml::XmlError;
use crate::codec::xml::lexer::chars::trim;
use crate::codec::{datetime, reserved};

/// Hands a text to the visitor, borrowed where it stands in the input.
pub(super) fn visit_text<'de, V: Visitor<'de>>(
    text: Cow<'de, str>,
    visitor: V,
) -> Result<V::Value, XmlError> {
    match text {
        Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
        Cow::Owned(text) => visitor.visit_string(text),
    }
}

impl<'de> Parser<'de> {
    pub(in crate::codec::xml) fn integer(&mut self) -> Result<i64, XmlError> {
        match self.item()? {
            Item::Int(value) => Ok(value),
            other => Err(self.mismatch(&other, "an integer")),
        }
    }

    pub(in crate::codec::xml) fn text(&mut self) -> Result<Cow<'de, str>, XmlError> {
        match self.item()? {
            Item::Text(text) | Item::DateTime(text) => Ok(text),
            other => Err(self.mismatch(&other, "a string")),
        }
    }

    fn bytes(&mut self) -> Result<Vec<u8>, XmlError> {
        match self.item()? {
            Item::Bytes(bytes) => Ok(bytes),
            other => Err(self.mismatch(&other, "base64")),
        }
    }

    fn timestamp(&mut self) -> Result<datetime::Seconds, XmlError> {
        match self.item()? {
            Item::DateTime(text) => datetime::read_iso8601(trim(&text)).ok_or_else(|| {
                let shown: String = text.chars().take(40).collect();
                XmlError::data(format!("expected a dateTime, found `{shown}`")).at(self.start())
            }),
            other => Err(self.mismatch(&other, "a dateTime")),
        }
    }

    /// Visits the items of an array, all of which must be taken.
    fn array<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, XmlError> {
        let start = self.start();
        let value = visitor.visit_seq(Items::new(self)).map_err(|error| error.at(start))?;
        if self.more_items()? {
            return Err(XmlError::data("more items in the array than expected").at(start));
        }
        self.end_array()?;
        Ok(value)
    }

    /// Visits the members of a struct, all of which must be taken.
    fn members<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, XmlError> {
        let start = self.start();
        let mut members = Members::new(self);
        let value = visitor.visit_map(&mut members).map_err(|error| error.at(start))?;
        members.finish().map_err(|error| error.at(start))?;
        self.end_struct()?;
        Ok(value)
    }
}

/// Methods that read an item of one kind, and hand it to the visitor.
macro_rules! scalars {
    ($($method:ident $read:ident $visit:ident,)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
            let value = self.$read()?;
            visitor.$visit(value).map_err(|error: XmlError| error.at(self.start()))
        })*
    };
}

impl<'de> Deserializer<'de> for &mut Parser<'de> {
    type Error = XmlError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        match self.item()? {
            Item::Nil => visitor.visit_unit(),
            Item::Bool(value) => visitor.visit_bool(value),
            Item::Int(value) => visitor.visit_i64(value),
            Item::Double(value) => visitor.visit_f64(value),
            Item::Text(text) | Item::DateTime(text) => visit_text(text, visitor),
            Item::Bytes(bytes) => visitor.visit_byte_buf(bytes),
            Item::Array => return self.array(visitor),
            Item::Struct => return self.members(visitor),
        }
        .map_err(|error: XmlError| error.at(self.start()))
    }

    scalars! {
        deserialize_i8 integer visit_i64,
        deserialize_i16 integer visit_i64,
        deserialize_i32 integer visit_i64,
        deserialize_i64 integer visit_i64,
        deserialize_i128 integer visit_i64,
        deserialize_u8 integer visit_i64,
        deserialize_u16 integer visit_i64,
        deserialize_u32 integer visit_i64,
        deserialize_u64 integer visit_i64,
        deserialize_u128 integer visit_i64,
        deserialize_bytes bytes visit_byte_buf,
        deserialize_byte_buf bytes visit_byte_buf,
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        match self.item()? {
            Item::Bool(value) => visitor.visit_bool(value),
            other => Err(self.mismatch(&other, "a boolean")),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        match self.item()? {
            Item::Double(value) => visitor.visit_f64(value),
            Item::Int(value) => visitor.visit_i64(value),
            other => return Err(self.mismatch(&other, "a double")),
        }
        .map_err(|error: XmlError| error.at(self.start()))
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        let text = self.text()?;
        visit_text(text, visitor).map_err(|error| error.at(self.start()))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        if self.nil()? { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    /// Nil, or the empty string that stands for it where the peer lacks nil.
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        match self.item()? {
            Item::Nil => visitor.visit_unit(),
            Item::Text(text) if text.is_empty() => visitor.visit_unit(),
            other => Err(self.mismatch(&other, "nil")),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, XmlError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, XmlError> {
        match name {
            reserved::TIMESTAMP => {
                let timestamp = self.timestamp()?;
                visitor.visit_seq(TimestampSeq::new(timestamp)).map_err(|error| error.at(self.start()))
            }
            reserved::BYTES => self.deserialize_byte_buf(visitor),
            reserved::INTEGER => self.deserialize_i64(visitor),
            reserved::FLOAT => self.deserialize_f64(visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        match self.item()? {
            Item::Array => self.array(visitor),
            other => Err(self.mismatch(&other, "an array")),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, XmlError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, XmlError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        match self.item()? {
            Item::Struct => self.members(visitor),
            other => Err(self.mismatch(&other, "a struct")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, XmlError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, XmlError> {
        let item = self.item()?;
        let start = self.start();
        match item {
            Item::Text(name) => visitor.visit_enum(NameVariant(name)),
            Item::Struct => match visitor.visit_enum(MemberVariant(&mut *self)) {
                Ok(value) => self.end_variant().map(|()| value),
                Err(error) => Err(error),
            },
            other => Err(self.mismatch(&other, "a string or a struct of one member")),
        }
        .map_err(|error| error.at(start))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        self.deserialize_any(visitor)
    }
}
