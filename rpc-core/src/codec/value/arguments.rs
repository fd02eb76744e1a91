//! The arguments of a method: a struct that the texts also write as a list, by position.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeSeq;

use super::slots::{from_elements, from_members};
use super::{Decode, Encode, Slots};

/// The arguments of a method. `#[service]` writes one such struct per method.
pub trait Arguments<'de>: Decode<'de> + Encode {
    /// The names, in the order of the positions.
    const NAMES: &'static [&'static str];

    /// Reads them by name from a map, or by position from a list: trailing Options may be missing, other missing
    /// ones are named in the error, surplus ones are refused; unknown names are ignored.
    fn from_text<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// Writes them by position; trailing Nones are left out.
    fn to_positions<S: SerializeSeq>(&self, out: &mut S) -> Result<(), S::Error>;
}

/// How many positions must be written, so that only absent ones are left out.
pub fn present(absent: &[bool]) -> usize {
    absent.iter().rposition(|absent| !absent).map_or(0, |last| last + 1)
}

/// Reads the slots of arguments, by name or by position.
pub fn from_text<'de, S: Slots<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<S::Value, D::Error> {
    deserializer.deserialize_any(ByEither::<S>(PhantomData))
}

struct ByEither<S>(PhantomData<S>);

impl<'de, S: Slots<'de>> Visitor<'de> for ByEither<S> {
    type Value = S::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the arguments, by name or by position")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<S::Value, A::Error> {
        from_members::<S, A>(map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<S::Value, A::Error> {
        from_elements::<S, A>(seq)
    }
}
