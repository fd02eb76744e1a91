//! Maps.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Unexpected, Visitor};
use serde::ser::{SerializeMap, Serializer};

use super::decode::missing;
use super::{Decode, Encode, Ref, Seed, merge_wrapped, wrapped_element};
use crate::codec::proto::{Key, Reader, Writer};
use crate::codec::{Error, Step};
use crate::schema::{Describe, Type};

const KEY: u32 = 1;
const VALUE: u32 = 2;

/// A key of a map, which JSON and XML-RPC write as text: a string, an integer, a bool, or a newtype of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a map",
    label = "keys are strings, integers, bool, and newtypes of those"
)]
pub trait MapKey<'k>: Sized {
    /// Gives the key's text to `f`.
    fn with_text<R>(&self, f: impl FnOnce(&str) -> R) -> R;

    /// The key of that text, if it is one.
    fn from_text(text: &str) -> Option<Self>;
}

/// What holds text otherwise than as a String.
macro_rules! text_key {
    ($($rust:ty)*) => {$(
        impl MapKey<'_> for $rust {
            fn with_text<R>(&self, f: impl FnOnce(&str) -> R) -> R {
                f(self)
            }

            fn from_text(text: &str) -> Option<$rust> {
                Some(text.to_owned().into())
            }
        }
    )*};
}

text_key!(String Box<str> Arc<str> Cow<'static, str>);

macro_rules! key {
    ($($rust:ty)*) => {$(
        impl MapKey<'_> for $rust {
            fn with_text<R>(&self, f: impl FnOnce(&str) -> R) -> R {
                f(&self.to_string())
            }

            fn from_text(text: &str) -> Option<$rust> {
                if text.starts_with('+') { None } else { text.parse().ok() }
            }
        }
    )*};
}

key!(bool i8 i16 i32 i64 u8 u16 u32 u64);

macro_rules! map {
    ([$($generics:tt)*] $ty:ty, ($($bound:tt)*), ($($other:tt)*)) => {
        impl<$($generics)*> Describe for $ty
        where
            K: Describe + for<'k> MapKey<'k>,
            V: Describe,
        {
            type Known<X> = K::Known<V::Known<X>>;

            const CHECK: () = (K::CHECK, V::CHECK).1;

            fn ty() -> &'static Type {
                const { &Type::Map(K::ty, V::ty) }
            }
        }

        impl<$($generics)*> Encode for $ty
        where
            K: Encode + for<'k> MapKey<'k>,
            V: Encode,
        {
            fn proto_element(&self, tag: u32, out: &mut Writer<'_>) {
                wrapped_element(self, tag, out);
            }

            fn proto_field(&self, tag: u32, out: &mut Writer<'_>) {
                for (key, value) in self {
                    write_entry(key, value, tag, out);
                }
            }

            fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
                let mut map = serializer.serialize_map(Some(self.len()))?;
                for (key, value) in self {
                    key.with_text(|key| map.serialize_entry(key, &Ref(value)))?;
                }
                map.end()
            }
        }

        impl<'de, $($generics)*> Decode<'de> for $ty
        where
            K: Decode<'de> + for<'k> MapKey<'k> + $($bound)*,
            V: Decode<'de>,
            $($other)*
        {
            fn proto_merge(slot: &mut Option<Self>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
                let (key, value) = read_entry(input.message(key)?)?;
                slot.get_or_insert_default().insert(key, value);
                Ok(())
            }

            fn proto_merge_element(
                slot: &mut Option<Self>,
                key: Key,
                input: &mut Reader<'de>,
            ) -> Result<(), Error> {
                merge_wrapped(slot, key, input)
            }

            fn proto_absent() -> Option<Self> {
                Some(Self::default())
            }

            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let mut map = Self::default();
                let insert = |key, value| map.insert(key, value).is_none();
                deserializer.deserialize_map(Entries(insert, PhantomData))?;
                Ok(map)
            }
        }
    };
}

map!([K, V] BTreeMap<K, V>, (Ord), ());
map!([K, V, S] HashMap<K, V, S>, (Eq + Hash), (S: BuildHasher + Default));

/// Writes an entry: key and value both, whatever they are.
pub(super) fn write_entry<K, V>(key: &K, value: &V, tag: u32, out: &mut Writer<'_>)
where
    K: Encode + for<'k> MapKey<'k>,
    V: Encode,
{
    let mark = out.begin(tag, value.proto_hint());
    let failed = out.failed();
    key.proto_element(KEY, out);
    value.proto_element(VALUE, out);
    out.end(mark);
    if out.failed() && !failed {
        let name = key.with_text(str::to_owned);
        out.describe(|error| error.replace(Step::Name(name)).at(Step::Tag(tag)));
    }
}

/// Reads an entry. What is left out is the default: an empty message, for a value that is one.
pub(super) fn read_entry<'de, K, V>(mut input: Reader<'de>) -> Result<(K, V), Error>
where
    K: Decode<'de> + for<'k> MapKey<'k>,
    V: Decode<'de>,
{
    let (mut key, mut value, mut failed) = (None, None, None);
    while let Some(field) = input.next()? {
        match field.tag {
            KEY => K::proto_merge(&mut key, field, &mut input)?,
            VALUE => {
                if let Err(error) = V::proto_merge_element(&mut value, field, &mut input) {
                    failed = Some(error);
                    break;
                }
            }
            _ => input.skip(field)?,
        }
    }
    let key = key.or_else(K::proto_absent).ok_or_else(missing)?;
    let value = match failed {
        Some(error) => Err(error),
        None => value.or_else(V::proto_absent).map_or_else(empty, Ok),
    };
    match value {
        Ok(value) => Ok((key, value)),
        Err(error) => Err(error.at(Step::Name(key.with_text(str::to_owned)))),
    }
}

fn empty<'de, V: Decode<'de>>() -> Result<V, Error> {
    let (key, mut input) = Reader::empty_message();
    let mut slot = None;
    V::proto_merge_element(&mut slot, key, &mut input)?;
    slot.ok_or_else(missing)
}

/// Reads the entries of a map; the function puts one in, and says whether its key is new.
struct Entries<F, K, V>(F, PhantomData<(K, V)>);

impl<'de, K, V, F> Visitor<'de> for Entries<F, K, V>
where
    K: for<'k> MapKey<'k>,
    V: Decode<'de>,
    F: FnMut(K, V) -> bool,
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key_seed(KeySeed::<K>(PhantomData))? {
            let value = map.next_value_seed(Seed::new())?;
            if !(self.0)(key, value) {
                return Err(de::Error::custom("the map has the same key twice"));
            }
        }
        Ok(())
    }
}

struct KeySeed<K>(PhantomData<K>);

impl<'de, K: for<'k> MapKey<'k>> DeserializeSeed<'de> for KeySeed<K> {
    type Value = K;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<K, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<K: for<'k> MapKey<'k>> Visitor<'_> for KeySeed<K> {
    type Value = K;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<K, E> {
        K::from_text(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}
