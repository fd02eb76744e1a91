//! Enums whose variants hold data: a message with one oneof; in the texts `{"Variant": …}`, or the name alone.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{self, Serializer};

use super::text::BorrowedText;
use super::unit::{Nothing, skip_message};
use super::{Decode, Seed, Slots, merge_body, read_array, read_struct};
use crate::codec::Error;
use crate::codec::proto::{Key, Reader, Writer};

/// The variants of an enum. The derive writes it.
pub trait Union<'de>: Sized {
    /// The name of the enum.
    const NAME: &'static str;

    /// Reads the field of a variant, or passes over it if nobody knows it.
    fn proto(slot: &mut Option<Self>, key: Key, input: &mut Reader<'de>) -> Result<(), Error>;

    /// The place of the variant of that name; `usize::MAX` if there is none.
    fn index(name: &str) -> usize;

    /// The variant at that place, if it holds nothing.
    fn unit(index: usize) -> Option<Self>;

    /// Reads what the variant at that place holds.
    fn text<A: MapAccess<'de>>(index: usize, map: &mut A) -> Result<Self, A::Error>;

    /// The variant that stands for those that we do not know.
    fn other() -> Option<Self> {
        None
    }
}

/// Reads a field that holds such an enum; the same variant once more is merged with.
pub fn merge_union<'de, T: Union<'de>>(
    slot: &mut Option<T>,
    key: Key,
    input: &mut Reader<'de>,
) -> Result<(), Error> {
    let message = input.message(key)?;
    *slot = Some(fill(slot.take(), message)?);
    Ok(())
}

/// Reads a whole message that is such an enum.
pub fn read_union<'de, T: Union<'de>>(input: Reader<'de>) -> Result<T, Error> {
    fill(None, input)
}

fn fill<'de, T: Union<'de>>(mut slot: Option<T>, input: Reader<'de>) -> Result<T, Error> {
    merge_body(input, |key, input| T::proto(&mut slot, key, input))?;
    slot.or_else(T::other).ok_or_else(|| Error::new(format!("no variant of {} that is known", T::NAME)))
}

/// Reads the field of a variant that holds one value.
pub fn merge_variant<'de, T, U: Decode<'de>>(
    slot: &mut Option<T>,
    key: Key,
    input: &mut Reader<'de>,
    open: impl FnOnce(T) -> Option<U>,
    close: impl FnOnce(U) -> T,
) -> Result<(), Error> {
    let mut content = slot.take().and_then(open);
    U::proto_merge_element(&mut content, key, input)?;
    *slot = content.map(close);
    Ok(())
}

/// Reads the field of a variant that holds nothing.
pub fn merge_empty<'de, T>(
    slot: &mut Option<T>,
    key: Key,
    input: &mut Reader<'de>,
    value: T,
) -> Result<(), Error> {
    skip_message(input.message(key)?)?;
    *slot = Some(value);
    Ok(())
}

/// Reads such an enum from text.
pub fn read_variant<'de, T: Union<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(Either(PhantomData))
}

/// Reads the value of a variant that holds one.
pub fn variant_value<'de, T: Decode<'de>, A: MapAccess<'de>>(map: &mut A) -> Result<T, A::Error> {
    map.next_value_seed(Seed::new())
}

/// Reads the named fields of a variant.
pub fn variant_struct<'de, S: Slots<'de>, A: MapAccess<'de>>(map: &mut A) -> Result<S::Value, A::Error> {
    map.next_value_seed(Struct::<S>(PhantomData))
}

/// Reads the unnamed fields of a variant.
pub fn variant_array<'de, S: Slots<'de>, A: MapAccess<'de>>(map: &mut A) -> Result<S::Value, A::Error> {
    map.next_value_seed(Array::<S>(PhantomData))
}

/// Reads what stands for nothing.
pub fn variant_empty<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    map.next_value_seed(Empty)
}

/// Refuses to write, in proto, a variant that does not travel.
#[cold]
pub fn unsent_field(variant: &str, out: &mut Writer<'_>) {
    out.fail(0, Error::new(format!("the variant {variant} does not travel")));
}

/// Refuses to write, in a text, a variant that does not travel.
#[cold]
pub fn unsent_text<S: Serializer>(variant: &str) -> Result<S::Ok, S::Error> {
    Err(ser::Error::custom(format_args!("the variant {variant} does not travel")))
}

struct Either<T>(PhantomData<T>);

impl<'de, T: Union<'de>> Visitor<'de> for Either<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a variant of {}: its name, or one member of that name", T::NAME)
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<T, E> {
        let index = T::index(name);
        match T::unit(index) {
            Some(value) => Ok(value),
            None if index != usize::MAX => Err(E::custom(format_args!("variant `{name}` needs its data"))),
            None => T::other().ok_or_else(|| unknown::<T, E>(name)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let value = match map.next_key::<VariantName<'_>>()? {
            None => return Err(de::Error::custom(format_args!("no variant of {}", T::NAME))),
            Some(VariantName(name)) => match T::index(&name) {
                usize::MAX => {
                    map.next_value::<IgnoredAny>()?;
                    T::other().ok_or_else(|| unknown::<T, A::Error>(&name))?
                }
                index => T::text(index, &mut map)?,
            },
        };
        match map.next_key::<IgnoredAny>()? {
            None => Ok(value),
            Some(_) => Err(de::Error::custom(format_args!("more than one variant of {}", T::NAME))),
        }
    }
}

#[cold]
fn unknown<'de, T: Union<'de>, E: de::Error>(name: &str) -> E {
    E::custom(format_args!("{} has no variant `{name}`", T::NAME))
}

struct Struct<S>(PhantomData<S>);

impl<'de, S: Slots<'de>> DeserializeSeed<'de> for Struct<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        read_struct::<S, D>(deserializer)
    }
}

struct Array<S>(PhantomData<S>);

impl<'de, S: Slots<'de>> DeserializeSeed<'de> for Array<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        read_array::<S, D>(deserializer)
    }
}

struct Empty;

impl<'de> DeserializeSeed<'de> for Empty {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(Nothing)
    }
}

/// The name of a variant, borrowed where the text allows.
struct VariantName<'de>(Cow<'de, str>);

impl<'de> de::Deserialize<'de> for VariantName<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(BorrowedText).map(VariantName)
    }
}
