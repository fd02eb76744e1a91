//! Reading structs: the loops and visitors that all messages share. The derive writes the [`Slots`] alone.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{Elements, Finish, FromProto, FromText, Members, Source, merge_body};
use crate::codec::Error;
use crate::codec::proto::{Key, Reader};

/// The fields of a struct that is being read, each perhaps not here yet.
pub trait Slots<'de>: Sized {
    /// What comes of them: the struct, or the enum whose variant they are.
    type Value;

    /// The name of the struct, for messages.
    const NAME: &'static str;

    /// How many fields the texts know.
    const FIELDS: usize;

    /// Empty slots.
    fn new() -> Self;

    /// The slots as they were before `value` was made of them; empty if it is another variant.
    fn open(value: Self::Value) -> Self;

    /// Reads a field, or passes over it if nobody knows it.
    fn proto(&mut self, key: Key, input: &mut Reader<'de>) -> Result<(), Error>;

    /// The place of the member of that name; `usize::MAX` if there is none.
    fn index(name: &str) -> usize;

    /// Reads the field at that place, or passes over the value if there is none.
    fn text<S: Source<'de>>(&mut self, index: usize, source: &mut S) -> Result<(), S::Error>;

    /// The value, if nothing is missing.
    fn finish<F: Finish<'de>>(self) -> Result<Self::Value, F::Error>;
}

/// Reads the body of a message into slots.
fn fill<'de, S: Slots<'de>>(mut slots: S, input: Reader<'de>) -> Result<S::Value, Error> {
    merge_body(input, |key, input| slots.proto(key, input))?;
    slots.finish::<FromProto>()
}

/// Reads a field that holds a message; one that is there already is merged with.
pub fn merge_message<'de, S: Slots<'de>>(
    slot: &mut Option<S::Value>,
    key: Key,
    input: &mut Reader<'de>,
) -> Result<(), Error> {
    let message = input.message(key)?;
    let slots = slot.take().map_or_else(S::new, S::open);
    *slot = Some(fill(slots, message)?);
    Ok(())
}

/// Reads a whole message.
pub fn read_message<'de, S: Slots<'de>>(input: Reader<'de>) -> Result<S::Value, Error> {
    fill(S::new(), input)
}

/// Reads a struct from a text, by the names of its members.
pub fn read_struct<'de, S: Slots<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<S::Value, D::Error> {
    deserializer.deserialize_map(ByName::<S>(PhantomData))
}

/// Reads a struct from a text, by the positions of its elements.
pub fn read_array<'de, S: Slots<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<S::Value, D::Error> {
    deserializer.deserialize_tuple(S::FIELDS, ByPosition::<S>(PhantomData))
}

pub(super) fn from_members<'de, S: Slots<'de>, A: MapAccess<'de>>(mut map: A) -> Result<S::Value, A::Error> {
    let mut slots = S::new();
    while let Some(index) = map.next_key_seed(Name::<S>(PhantomData))? {
        slots.text(index, &mut Members(&mut map))?;
    }
    slots.finish::<FromText<A::Error>>()
}

pub(super) fn from_elements<'de, S: Slots<'de>, A: SeqAccess<'de>>(mut seq: A) -> Result<S::Value, A::Error> {
    let mut slots = S::new();
    for index in 0..S::FIELDS {
        slots.text(index, &mut Elements(&mut seq))?;
    }
    if seq.next_element::<de::IgnoredAny>()?.is_some() {
        let expected = S::FIELDS;
        return Err(de::Error::custom(format_args!("{} takes {expected} values, not more", S::NAME)));
    }
    slots.finish::<FromText<A::Error>>()
}

/// Which field a member's name means.
struct Name<S>(PhantomData<S>);

impl<'de, S: Slots<'de>> DeserializeSeed<'de> for Name<S> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'de, S: Slots<'de>> Visitor<'de> for Name<S> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E>(self, name: &str) -> Result<usize, E> {
        Ok(S::index(name))
    }
}

struct ByName<S>(PhantomData<S>);

impl<'de, S: Slots<'de>> Visitor<'de> for ByName<S> {
    type Value = S::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the members of {}", S::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<S::Value, A::Error> {
        from_members::<S, A>(map)
    }
}

struct ByPosition<S>(PhantomData<S>);

impl<'de, S: Slots<'de>> Visitor<'de> for ByPosition<S> {
    type Value = S::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} elements of {}", S::FIELDS, S::NAME)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<S::Value, A::Error> {
        from_elements::<S, A>(seq)
    }
}
