//! Bytes: as an argument borrowed from the call, as `Bytes`. `Vec<u8>` and `[u8; N]` are lists whose elements say
//! that a list of them is bytes.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use ::bytes::Bytes;
use serde::de::{self, Deserializer, Unexpected, Visitor};
use serde::ser::Serializer;

use super::{Decode, Encode};
use crate::codec::proto::{Key, Reader, Writer};
use crate::codec::{Error, base64, reserved};
use crate::schema::{Describe, Type};

/// What holds bytes is written as bytes.
macro_rules! written_as_bytes {
    ($ty:ty) => {
        impl Describe for $ty {
            type Known<X> = X;

            fn ty() -> &'static Type {
                &Type::Bytes
            }
        }

        impl Encode for $ty {
            fn proto_element(&self, tag: u32, out: &mut Writer<'_>) {
                out.bytes(tag, self);
            }

            fn proto_field(&self, tag: u32, out: &mut Writer<'_>) {
                if !self.is_empty() {
                    out.bytes(tag, self);
                }
            }

            fn proto_hint(&self) -> usize {
                self.len()
            }

            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_bytes(self)
            }
        }
    };
}

written_as_bytes!(Bytes);
written_as_bytes!(ByteStr<'_>);

impl<'de> Decode<'de> for Bytes {
    fn proto_merge(slot: &mut Option<Bytes>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
        *slot = Some(Bytes::copy_from_slice(input.bytes(key)?));
        Ok(())
    }

    fn proto_absent() -> Option<Bytes> {
        Some(Bytes::new())
    }

    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        read_bytes(deserializer).map(Bytes::from)
    }
}

/// An argument of bytes: borrowed from the call where the wire allows, which is in proto.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ByteStr<'a>(Cow<'a, [u8]>);

impl<'a> ByteStr<'a> {
    /// The bytes, as they came.
    pub fn into_cow(self) -> Cow<'a, [u8]> {
        self.0
    }
}

impl<'a> From<&'a [u8]> for ByteStr<'a> {
    fn from(bytes: &'a [u8]) -> ByteStr<'a> {
        ByteStr(Cow::Borrowed(bytes))
    }
}

impl Deref for ByteStr<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl<'de: 'a, 'a> Decode<'de> for ByteStr<'a> {
    fn proto_merge(slot: &mut Option<Self>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
        *slot = Some(ByteStr(Cow::Borrowed(input.bytes(key)?)));
        Ok(())
    }

    fn proto_absent() -> Option<Self> {
        Some(ByteStr(Cow::Borrowed(&[])))
    }

    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_bytes(deserializer).map(|bytes| ByteStr(Cow::Owned(bytes)))
    }
}

/// Reads bytes: native ones where the format has them, else base64, of either alphabet, padded or not.
pub(super) fn read_bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    deserializer.deserialize_newtype_struct(reserved::BYTES, BytesVisitor)
}

struct BytesVisitor;

impl<'de> Visitor<'de> for BytesVisitor {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes in base64")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_owned())
    }

    fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
        Ok(bytes)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<u8>, D::Error> {
        deserializer.deserialize_str(Base64)
    }
}

struct Base64;

impl Visitor<'_> for Base64 {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes in base64")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<u8>, E> {
        base64::decode_any(text)
            .ok_or_else(|| E::invalid_value(Unexpected::Other("text that is not base64"), &self))
    }
}
