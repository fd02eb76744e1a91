//! How generated code uses the types of others: by way of [`Describe::Known`](crate::schema::Describe::Known), so that
//! a type without a schema is one mistake with one message, and not one for each use.

use serde::Serialize;
use serde::de::MapAccess;
use serde::ser::{SerializeStruct, SerializeStructVariant, Serializer};

use super::{
    Decode, Encode, Finish, Ref, Source, merge_variant, text_field, value_variant, variant_field,
    variant_value,
};
use crate::codec::Error;
use crate::codec::proto::{Key, Reader, Writer};

/// What [`Describe::Known`](crate::schema::Describe::Known) gives for the types that are known.
#[derive(Debug)]
pub enum Direct {}

/// [`Encode`], and the functions over it.
pub trait Encodes<T> {
    /// Writes a field: a scalar's default is left out.
    fn proto_field(value: &T, tag: u32, out: &mut Writer<'_>);
    /// Writes an element: always.
    fn proto_element(value: &T, tag: u32, out: &mut Writer<'_>);
    /// Writes a whole message.
    fn proto_body(value: &T, out: &mut Writer<'_>);
    /// A lower bound of the encoded size.
    fn proto_hint(value: &T) -> usize;
    /// Whether the texts leave it out.
    fn is_absent(value: &T) -> bool;
    /// The value as serde writes it.
    fn text(value: &T) -> impl Serialize;
    /// Writes a member of a struct, unless it is absent.
    fn text_field<S: SerializeStruct>(out: &mut S, name: &'static str, value: &T) -> Result<(), S::Error>;
    /// Writes a member of a variant, unless it is absent.
    fn variant_field<S: SerializeStructVariant>(
        out: &mut S,
        name: &'static str,
        value: &T,
    ) -> Result<(), S::Error>;
    /// Writes a variant that holds the value alone.
    fn value_variant<S: Serializer>(
        serializer: S,
        name: &'static str,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error>;
}

impl<T: Encode> Encodes<T> for Direct {
    fn proto_field(value: &T, tag: u32, out: &mut Writer<'_>) {
        value.proto_field(tag, out);
    }

    fn proto_element(value: &T, tag: u32, out: &mut Writer<'_>) {
        value.proto_element(tag, out);
    }

    fn proto_body(value: &T, out: &mut Writer<'_>) {
        value.proto_body(out);
    }

    fn proto_hint(value: &T) -> usize {
        value.proto_hint()
    }

    fn is_absent(value: &T) -> bool {
        value.is_absent()
    }

    fn text(value: &T) -> impl Serialize {
        Ref(value)
    }

    fn text_field<S: SerializeStruct>(out: &mut S, name: &'static str, value: &T) -> Result<(), S::Error> {
        text_field(out, name, value)
    }

    fn variant_field<S: SerializeStructVariant>(
        out: &mut S,
        name: &'static str,
        value: &T,
    ) -> Result<(), S::Error> {
        variant_field(out, name, value)
    }

    fn value_variant<S: Serializer>(
        serializer: S,
        name: &'static str,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        value_variant(serializer, name, variant, value)
    }
}

/// [`Decode`], and the functions over it.
pub trait Decodes<'de, T>: Sized {
    /// Reads a field.
    fn proto_merge(slot: &mut Option<T>, key: Key, input: &mut Reader<'de>) -> Result<(), Error>;
    /// Reads a whole message.
    fn proto_body(input: Reader<'de>) -> Result<T, Error>;
    /// Reads the next value of a text into a slot.
    fn fill<S: Source<'de>>(slot: &mut Option<T>, name: &'static str, source: &mut S)
    -> Result<(), S::Error>;
    /// The value of a field that must be there.
    fn take<F: Finish<'de>>(slot: Option<T>, name: &'static str) -> Result<T, F::Error>;
    /// The value of a field that has a default.
    fn take_or<F: Finish<'de>>(slot: Option<T>, default: impl FnOnce() -> T) -> T;
    /// Reads the field of a variant that holds the value alone.
    fn merge_variant<U>(
        slot: &mut Option<U>,
        key: Key,
        input: &mut Reader<'de>,
        open: impl FnOnce(U) -> Option<T>,
        close: impl FnOnce(T) -> U,
    ) -> Result<(), Error>;
    /// Reads such a variant from a text.
    fn variant_value<A: MapAccess<'de>>(map: &mut A) -> Result<T, A::Error>;
}

impl<'de, T: Decode<'de>> Decodes<'de, T> for Direct {
    fn proto_merge(slot: &mut Option<T>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
        T::proto_merge(slot, key, input)
    }

    fn proto_body(input: Reader<'de>) -> Result<T, Error> {
        T::proto_body(input)
    }

    fn fill<S: Source<'de>>(
        slot: &mut Option<T>,
        name: &'static str,
        source: &mut S,
    ) -> Result<(), S::Error> {
        source.fill(slot, name)
    }

    fn take<F: Finish<'de>>(slot: Option<T>, name: &'static str) -> Result<T, F::Error> {
        F::take(slot, name)
    }

    fn take_or<F: Finish<'de>>(slot: Option<T>, default: impl FnOnce() -> T) -> T {
        F::take_or(slot, default)
    }

    fn merge_variant<U>(
        slot: &mut Option<U>,
        key: Key,
        input: &mut Reader<'de>,
        open: impl FnOnce(U) -> Option<T>,
        close: impl FnOnce(T) -> U,
    ) -> Result<(), Error> {
        merge_variant(slot, key, input, open, close)
    }

    fn variant_value<A: MapAccess<'de>>(map: &mut A) -> Result<T, A::Error> {
        variant_value(map)
    }
}
