//! Numbers of JSON by their digits: how serde_json hands over those that are no integers of 64 bits, where any crate of
//! the build has turned on its feature `arbitrary_precision`. Such a number is an object of one member, with a name of
//! serde_json's own, that holds the digits.

use std::sync::LazyLock;

use serde::de::{self, MapAccess, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Number;

use crate::codec::reserved;

const NAME: &str = "$serde_json::private::Number";

/// Whether the feature is on: only then 1.10 is another number than 1.1. Without it an object with such a member is one.
static ON: LazyLock<bool> =
    LazyLock::new(|| serde_json::from_str::<Number>("1.10").is_ok_and(|number| number.to_string() == "1.10"));

/// Whether the first member of an object says that the object is a number.
pub(super) fn is_number(name: &str) -> bool {
    name == NAME && *ON
}

/// The digits of the number that `map` is; for a visitor that has no other use for an object.
pub(super) fn digits<'de, A: MapAccess<'de>>(
    mut map: A,
    visitor: &impl Visitor<'de>,
) -> Result<String, A::Error> {
    match map.next_key::<String>()? {
        Some(name) if is_number(&name) => map.next_value(),
        _ => Err(de::Error::invalid_type(Unexpected::Map, visitor)),
    }
}

/// Writes a number; XML-RPC, which has doubles alone for what is no integer, does not see the digits.
pub(super) fn write<S: Serializer>(number: &Number, serializer: S) -> Result<S::Ok, S::Error> {
    match (number.as_i64(), number.as_u64()) {
        (Some(value), _) => serializer.serialize_i64(value),
        (None, Some(value)) => serializer.serialize_u64(value),
        (None, None) => serializer.serialize_newtype_struct(reserved::NUMBER, &Digits(number)),
    }
}

struct Digits<'a>(&'a Number);

impl Serialize for Digits<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_f64() {
            Some(value) if !serializer.is_human_readable() => serializer.serialize_f64(value),
            _ => self.0.serialize(serializer),
        }
    }
}
