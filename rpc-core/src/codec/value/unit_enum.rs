//! Enums whose variants hold nothing.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, Unexpected, Visitor};

use crate::codec::Error;

/// The values of an enum, by number and by name. The derive writes it.
pub trait UnitEnum: Sized {
    /// The name of the enum.
    const NAME: &'static str;

    /// The number in proto.
    fn number(&self) -> i32;

    /// The place among the values, and the name in the texts.
    fn text(&self) -> (u32, &'static str);

    /// The value of that number.
    fn from_number(number: i32) -> Option<Self>;

    /// The value of that name.
    fn from_text(text: &str) -> Option<Self>;
}

/// Reads a value's number.
pub fn read_number<T: UnitEnum>(number: u64) -> Result<T, Error> {
    // Other implementations take the low half of what does not fit; we take it for a number that we do not know.
    let known = i32::try_from(number as i64).ok().and_then(T::from_number);
    known.ok_or_else(|| Error::new(format!("{} has no value {}", T::NAME, number as i64)))
}

/// Reads a value's name.
pub fn read_name<'de, T: UnitEnum, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_str(ByName(PhantomData))
}

struct ByName<T>(PhantomData<T>);

impl<T: UnitEnum> Visitor<'_> for ByName<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the name of a value of {}", T::NAME)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        T::from_text(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

/// Implements the traits for such an enum.
#[doc(hidden)]
#[macro_export]
macro_rules! __unit_enum {
    ($rust:ty) => {
        impl $crate::__private::Encode for $rust {
            fn proto_element(&self, tag: ::core::primitive::u32, out: &mut $crate::__private::Writer<'_>) {
                out.key(tag, $crate::__private::Wire::Varint);
                $crate::__private::Encode::proto_packed(self, out);
            }

            fn proto_field(&self, tag: ::core::primitive::u32, out: &mut $crate::__private::Writer<'_>) {
                if $crate::__private::UnitEnum::number(self) != 0 {
                    $crate::__private::Encode::proto_element(self, tag, out);
                }
            }

            fn proto_packed(&self, out: &mut $crate::__private::Writer<'_>) {
                out.varint(<::core::primitive::i64 as ::core::convert::From<_>>::from(
                    $crate::__private::UnitEnum::number(self),
                ) as ::core::primitive::u64);
            }

            fn serialize<S: $crate::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                let (index, text) = $crate::__private::UnitEnum::text(self);
                serializer.serialize_unit_variant(<$rust as $crate::__private::UnitEnum>::NAME, index, text)
            }
        }

        impl<'de> $crate::__private::Decode<'de> for $rust {
            fn proto_merge(
                slot: &mut ::core::option::Option<Self>,
                key: $crate::__private::Key,
                input: &mut $crate::__private::Reader<'de>,
            ) -> ::core::result::Result<(), $crate::__private::Error> {
                key.expect($crate::__private::Wire::Varint)?;
                *slot = ::core::option::Option::Some($crate::__private::read_number(input.varint()?)?);
                ::core::result::Result::Ok(())
            }

            fn proto_absent() -> ::core::option::Option<Self> {
                $crate::__private::UnitEnum::from_number(0)
            }

            fn proto_unpack(
                input: &mut $crate::__private::Reader<'de>,
            ) -> ::core::result::Result<Self, $crate::__private::Error> {
                $crate::__private::read_number(input.varint()?)
            }

            fn deserialize<D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::read_name(deserializer)
            }
        }
    };
}
