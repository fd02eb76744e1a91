//! How generated code uses the types of others: by way of [`Describe::Known`](crate::schema::Describe::Known), so that
//! a type without a schema is one mistake with one message, and not one for each use.

use serde::de::MapAccess;
use serde::ser::{SerializeStruct, SerializeStructVariant};
use serde::{Deserializer, Serialize, Serializer};

use super::{
    Decode, Encode, Finish, Ref, Source, merge_variant, text_field, value_variant, variant_field,
    variant_value,
};
use crate::codec::Error;
use crate::codec::proto::{Key, Reader, Writer};

/// What [`Describe::Known`](crate::schema::Describe::Known) gives for the types that are known.
#[derive(Debug)]
#[doc(hidden)]
pub enum Direct {}

/// What `Known` gives for a stream, so that the compiler says what to do where a macro took one for a value.
#[derive(Debug)]
#[doc(hidden)]
pub enum Unseen {}

/// What `Known` gives for a value: generated code goes on by way of this, which a stream lacks.
#[diagnostic::on_unimplemented(
    message = "a stream is an argument or a result by itself, written out as `Streaming<…>` in the trait",
    label = "a stream, where the macro expected a value",
    note = "a macro does not see what an alias stands for, and no message holds a stream"
)]
#[doc(hidden)]
pub trait Value {
    /// [`Direct`].
    type Way;
}

impl Value for Direct {
    type Way = Direct;
}

/// [`Encode`], and the functions over it.
#[doc(hidden)]
pub trait Encodes<T> {
    fn proto_field(value: &T, tag: u32, out: &mut Writer<'_>);
    fn proto_element(value: &T, tag: u32, out: &mut Writer<'_>);
    fn proto_body(value: &T, out: &mut Writer<'_>);
    fn proto_packed(value: &T, out: &mut Writer<'_>);
    fn proto_hint(value: &T) -> usize;
    fn serialize<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error>;
    fn is_absent(value: &T) -> bool;
    fn is_null(value: &T) -> bool;
    fn text(value: &T) -> impl Serialize;
    fn text_field<S: SerializeStruct>(out: &mut S, name: &'static str, value: &T) -> Result<(), S::Error>;
    fn variant_field<S: SerializeStructVariant>(
        out: &mut S,
        name: &'static str,
        value: &T,
    ) -> Result<(), S::Error>;
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

    fn proto_packed(value: &T, out: &mut Writer<'_>) {
        value.proto_packed(out);
    }

    fn proto_hint(value: &T) -> usize {
        value.proto_hint()
    }

    fn serialize<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }

    fn is_absent(value: &T) -> bool {
        value.is_absent()
    }

    fn is_null(value: &T) -> bool {
        value.is_null()
    }

    fn text(value: &T) -> impl Serialize {
        Ref(value)
    }

    fn value_variant<S: Serializer>(
        serializer: S,
        name: &'static str,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        value_variant(serializer, name, variant, value)
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
}

/// [`Decode`], and the functions over it.
#[doc(hidden)]
pub trait Decodes<'de, T>: Sized {
    fn proto_merge(slot: &mut Option<T>, key: Key, input: &mut Reader<'de>) -> Result<(), Error>;
    fn proto_merge_element(slot: &mut Option<T>, key: Key, input: &mut Reader<'de>) -> Result<(), Error>;
    fn proto_absent() -> Option<T>;
    fn proto_body(input: Reader<'de>) -> Result<T, Error>;
    fn proto_unpack(input: &mut Reader<'de>) -> Result<T, Error>;
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error>;
    fn absent() -> Option<T>;
    fn fill<S: Source<'de>>(slot: &mut Option<T>, name: &'static str, source: &mut S)
    -> Result<(), S::Error>;
    fn take<F: Finish<'de>>(slot: Option<T>, name: &'static str) -> Result<T, F::Error>;
    fn take_or<F: Finish<'de>>(slot: Option<T>, default: impl FnOnce() -> T) -> T;
    fn merge_variant<U>(
        slot: &mut Option<U>,
        key: Key,
        input: &mut Reader<'de>,
        open: impl FnOnce(U) -> Option<T>,
        close: impl FnOnce(T) -> U,
    ) -> Result<(), Error>;
    fn variant_value<A: MapAccess<'de>>(map: &mut A) -> Result<T, A::Error>;
}

impl<'de, T: Decode<'de>> Decodes<'de, T> for Direct {
    fn proto_merge(slot: &mut Option<T>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
        T::proto_merge(slot, key, input)
    }

    fn proto_merge_element(slot: &mut Option<T>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
        T::proto_merge_element(slot, key, input)
    }

    fn proto_absent() -> Option<T> {
        T::proto_absent()
    }

    fn proto_body(input: Reader<'de>) -> Result<T, Error> {
        T::proto_body(input)
    }

    fn proto_unpack(input: &mut Reader<'de>) -> Result<T, Error> {
        T::proto_unpack(input)
    }

    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        T::deserialize(deserializer)
    }

    fn absent() -> Option<T> {
        T::absent()
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
