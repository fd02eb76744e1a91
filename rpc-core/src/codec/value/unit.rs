//! `()`, the empty message.

use std::fmt;

use serde::de::{self, Deserializer, IgnoredAny, MapAccess, Unexpected, Visitor};
use serde::ser::Serializer;

use super::{Decode, Encode};
use crate::codec::Error;
use crate::codec::proto::{Key, Reader, Writer};
use crate::schema::{Describe, Type};

impl Describe for () {
    type Known<X> = X;

    fn ty() -> &'static Type {
        &Type::Unit
    }
}

impl Encode for () {
    fn proto_element(&self, tag: u32, out: &mut Writer<'_>) {
        out.bytes(tag, &[]);
    }

    fn proto_field(&self, _tag: u32, _out: &mut Writer<'_>) {}

    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }

    fn is_null(&self) -> bool {
        true
    }
}

impl<'de> Decode<'de> for () {
    fn proto_merge(slot: &mut Option<()>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
        skip_message(input.message(key)?)?;
        *slot = Some(());
        Ok(())
    }

    fn proto_absent() -> Option<()> {
        Some(())
    }

    fn proto_body(input: Reader<'de>) -> Result<(), Error> {
        skip_message(input)
    }

    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_unit(Nothing)
    }
}

/// Reads a message of which no field is known.
pub(super) fn skip_message(mut input: Reader<'_>) -> Result<(), Error> {
    while let Some(key) = input.next()? {
        input.skip(key)?;
    }
    Ok(())
}

/// Reads what stands for nothing: null, and what servers and clients without a null send instead.
pub(super) struct Nothing;

impl<'de> Visitor<'de> for Nothing {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("null")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        match text {
            "" => Ok(()),
            _ => Err(E::invalid_type(Unexpected::Str(text), &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}
