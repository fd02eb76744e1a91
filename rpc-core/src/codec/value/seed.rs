//! Our values as serde sees them.

use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer};
use serde::ser::{SerializeStruct, SerializeStructVariant, Serializer};

use super::{Decode, Encode};

/// A value to be written by a serde format.
pub struct Ref<'a, T: ?Sized>(pub &'a T);

impl<T: Encode + ?Sized> serde::Serialize for Ref<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Encode::serialize(self.0, serializer)
    }
}

/// A value to be read from a serde format.
pub(crate) struct Seed<T>(PhantomData<T>);

impl<T> Seed<T> {
    /// The seed of a `T`.
    pub(crate) const fn new() -> Seed<T> {
        Seed(PhantomData)
    }
}

impl<'de, T: Decode<'de>> DeserializeSeed<'de> for Seed<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::deserialize(deserializer)
    }
}

/// Writes a variant that holds one value as what the texts make of it, a struct of one member: unlike a variant, it
/// is seen into by who looks for the place of an error.
pub(super) fn value_variant<S: Serializer, T: Encode + ?Sized>(
    serializer: S,
    name: &'static str,
    variant: &'static str,
    value: &T,
) -> Result<S::Ok, S::Error> {
    let mut out = serializer.serialize_struct(name, 1)?;
    out.serialize_field(variant, &Ref(value))?;
    out.end()
}

/// Writes a member of a struct, unless it is absent.
pub fn text_field<S: SerializeStruct, T: Encode + ?Sized>(
    out: &mut S,
    name: &'static str,
    value: &T,
) -> Result<(), S::Error> {
    if value.is_absent() { out.skip_field(name) } else { out.serialize_field(name, &Ref(value)) }
}

/// Writes a member of a variant, unless it is absent.
pub fn variant_field<S: SerializeStructVariant, T: Encode + ?Sized>(
    out: &mut S,
    name: &'static str,
    value: &T,
) -> Result<(), S::Error> {
    if value.is_absent() { out.skip_field(name) } else { out.serialize_field(name, &Ref(value)) }
}
