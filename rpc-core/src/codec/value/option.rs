//! Option.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Visitor};
use serde::ser::{self, Serializer};

use super::{Decode, Encode, merge_wrapped, wrapped_element};
use crate::codec::Error;
use crate::codec::proto::{Key, Reader, Writer};
use crate::schema::{Describe, Type};

impl<T: Describe> Describe for Option<T> {
    type Known<X> = T::Known<X>;

    const OPTIONAL: bool = true;
    const CHECK: () = {
        assert!(
            !T::OPTIONAL,
            "an Option of an Option cannot travel: the texts could not tell the two Nones apart"
        );
        T::CHECK
    };

    fn ty() -> &'static Type {
        const { &Type::Option(T::ty) }
    }
}

impl<T: Encode> Encode for Option<T> {
    fn proto_element(&self, tag: u32, out: &mut Writer<'_>) {
        wrapped_element(self, tag, out);
    }

    fn proto_field(&self, tag: u32, out: &mut Writer<'_>) {
        if let Some(value) = self {
            value.proto_element(tag, out);
        }
    }

    fn proto_hint(&self) -> usize {
        self.as_ref().map_or(0, T::proto_hint)
    }

    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) if value.is_null() => {
                Err(ser::Error::custom("null within Some would be read as None"))
            }
            // not by `serialize_some`, into which who looks for the place of an error does not see
            Some(value) => value.serialize(serializer),
            None => serializer.serialize_none(),
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn is_null(&self) -> bool {
        self.is_none()
    }
}

impl<'de, T: Decode<'de>> Decode<'de> for Option<T> {
    fn proto_merge(slot: &mut Option<Self>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
        T::proto_merge_element(slot.get_or_insert_default(), key, input)
    }

    fn proto_merge_element(slot: &mut Option<Self>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
        merge_wrapped(slot, key, input)
    }

    fn proto_absent() -> Option<Self> {
        Some(None)
    }

    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(Maybe(PhantomData))
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

struct Maybe<T>(PhantomData<T>);

impl<'de, T: Decode<'de>> Visitor<'de> for Maybe<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or none")
    }

    fn visit_none<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        T::deserialize(deserializer).map(Some)
    }
}
