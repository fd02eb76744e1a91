//! Text: String, text borrowed from the call, char.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use serde::de::{self, Deserializer, Unexpected, Visitor};
use serde::ser::Serializer;

use super::{Decode, Encode};
use crate::codec::Error;
use crate::codec::proto::{Key, Reader, Writer};
use crate::schema::{Describe, Type};

impl Describe for str {
    type Known<X> = X;

    fn ty() -> &'static Type {
        &Type::String
    }
}

impl Encode for str {
    fn proto_element(&self, tag: u32, out: &mut Writer<'_>) {
        out.bytes(tag, self.as_bytes());
    }

    fn proto_field(&self, tag: u32, out: &mut Writer<'_>) {
        if !self.is_empty() {
            out.bytes(tag, self.as_bytes());
        }
    }

    fn proto_hint(&self) -> usize {
        self.len()
    }

    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

/// What holds text is written as the text.
macro_rules! written_as_str {
    ($ty:ty) => {
        impl Describe for $ty {
            type Known<X> = X;

            fn ty() -> &'static Type {
                &Type::String
            }
        }

        impl Encode for $ty {
            fn proto_element(&self, tag: u32, out: &mut Writer<'_>) {
                str::proto_element(self, tag, out);
            }

            fn proto_field(&self, tag: u32, out: &mut Writer<'_>) {
                str::proto_field(self, tag, out);
            }

            fn proto_hint(&self) -> usize {
                self.len()
            }

            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self)
            }
        }
    };
}

written_as_str!(String);
written_as_str!(Str<'_>);

impl<'de> Decode<'de> for String {
    fn proto_merge(slot: &mut Option<String>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
        *slot = Some(input.text(key)?.to_owned());
        Ok(())
    }

    fn proto_absent() -> Option<String> {
        Some(String::new())
    }

    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        serde::Deserialize::deserialize(deserializer)
    }
}

/// A text argument: borrowed from the call where the wire allows, which is where nothing is escaped.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Str<'a>(Cow<'a, str>);

impl<'a> Str<'a> {
    /// The text, as it came.
    pub fn into_cow(self) -> Cow<'a, str> {
        self.0
    }
}

impl<'a> From<&'a str> for Str<'a> {
    fn from(text: &'a str) -> Str<'a> {
        Str(Cow::Borrowed(text))
    }
}

impl Deref for Str<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Decode<'de> for Str<'a> {
    fn proto_merge(slot: &mut Option<Self>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
        *slot = Some(Str(Cow::Borrowed(input.text(key)?)));
        Ok(())
    }

    fn proto_absent() -> Option<Self> {
        Some(Str(Cow::Borrowed("")))
    }

    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(BorrowedText).map(Str)
    }
}

pub(super) struct BorrowedText;

impl<'de> Visitor<'de> for BorrowedText {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text))
    }
}

impl Describe for char {
    type Known<X> = X;

    fn ty() -> &'static Type {
        &Type::Char
    }
}

/// In proto, where an absent text is an empty one, both are `'\0'`.
impl Encode for char {
    fn proto_element(&self, tag: u32, out: &mut Writer<'_>) {
        out.bytes(tag, self.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn proto_field(&self, tag: u32, out: &mut Writer<'_>) {
        if *self != '\0' {
            self.proto_element(tag, out);
        }
    }

    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_char(*self)
    }
}

impl<'de> Decode<'de> for char {
    fn proto_merge(slot: &mut Option<char>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
        let text = input.text(key)?;
        *slot = Some(match text {
            "" => '\0',
            _ => single(text).ok_or_else(|| Error::new("more than one character"))?,
        });
        Ok(())
    }

    fn proto_absent() -> Option<char> {
        Some('\0')
    }

    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<char, D::Error> {
        let text = deserializer.deserialize_str(BorrowedText)?;
        single(&text).ok_or_else(|| de::Error::invalid_value(Unexpected::Str(&text), &"one character"))
    }
}

fn single(text: &str) -> Option<char> {
    let mut chars = text.chars();
    let first = chars.next();
    if chars.next().is_none() { first } else { None }
}
