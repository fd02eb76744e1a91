//! Numbers and bool.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, MapAccess, Unexpected, Visitor};
use serde::ser::Serializer;

use super::{Decode, Encode, precise};
use crate::codec::proto::{Key, Reader, Writer};
use crate::codec::{Error, reserved};
use crate::schema::{Describe, Type, Wire};

/// What all scalars share: the schema, and the ways of proto.
macro_rules! scalar {
    ($rust:ty, $ty:ident, $wire:ident, |$value:ident| $is_zero:expr, { $($encode:tt)* }, { $($decode:tt)* }) => {
        impl Describe for $rust {
            type Known<X> = X;

            const PACKED: Option<Wire> = Some(Wire::$wire);
            const BYTES: bool = matches!(Type::$ty, Type::U8);

            fn ty() -> &'static Type {
                &Type::$ty
            }
        }

        impl Encode for $rust {
            fn proto_element(&self, tag: u32, out: &mut Writer<'_>) {
                out.key(tag, Wire::$wire);
                self.proto_packed(out);
            }

            fn proto_field(&self, tag: u32, out: &mut Writer<'_>) {
                let $value = *self;
                if !$is_zero {
                    self.proto_element(tag, out);
                }
            }

            $($encode)*
        }

        impl<'de> Decode<'de> for $rust {
            fn proto_merge(slot: &mut Option<Self>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
                key.expect(Wire::$wire)?;
                *slot = Some(Self::proto_unpack(input)?);
                Ok(())
            }

            fn proto_absent() -> Option<Self> {
                Some(<$rust>::default())
            }

            $($decode)*
        }
    };
}

/// Integers: `$as` is the width to which the sign is extended, `$read` how serde reads it.
macro_rules! integer {
    ($rust:ty, $ty:ident, $as:ty, $write:ident, $read:expr, { $($bytes:tt)* }, { $($from_bytes:tt)* }) => {
        scalar!($rust, $ty, Varint, |value| (value == 0), {
            fn proto_packed(&self, out: &mut Writer<'_>) {
                out.varint(*self as $as as u64);
            }

            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.$write(*self)
            }

            $($bytes)*
        }, {
            fn proto_unpack(input: &mut Reader<'de>) -> Result<Self, Error> {
                let value = input.varint()? as $as;
                Self::try_from(value).map_err(|_| does_not_fit(&value, stringify!($rust)))
            }

            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $read(deserializer, Integer(stringify!($rust), PhantomData))
            }

            $($from_bytes)*
        });
    };
    ($rust:ty, $ty:ident, $as:ty, $write:ident, $read:expr) => {
        integer!($rust, $ty, $as, $write, $read, {}, {});
    };
}

integer!(i8, I8, i64, serialize_i8, Deserializer::deserialize_i8);
integer!(i16, I16, i64, serialize_i16, Deserializer::deserialize_i16);
integer!(i32, I32, i64, serialize_i32, Deserializer::deserialize_i32);
integer!(i64, I64, i64, serialize_i64, read_wide);
integer!(u16, U16, u64, serialize_u16, Deserializer::deserialize_u16);
integer!(u32, U32, u64, serialize_u32, Deserializer::deserialize_u32);
integer!(u64, U64, u64, serialize_u64, read_wide);
integer!(
    u8,
    U8,
    u64,
    serialize_u8,
    Deserializer::deserialize_u8,
    {
        fn as_bytes(list: &[u8]) -> Option<&[u8]> {
            Some(list)
        }
    },
    {
        fn from_bytes(bytes: Vec<u8>) -> Option<Vec<u8>> {
            Some(bytes)
        }
    }
);

/// JSON may write integers of 64 bits as strings.
fn read_wide<'de, D: Deserializer<'de>, V: Visitor<'de>>(
    deserializer: D,
    visitor: V,
) -> Result<V::Value, D::Error> {
    deserializer.deserialize_newtype_struct(reserved::INTEGER, visitor)
}

#[cold]
fn does_not_fit(value: &dyn fmt::Display, rust: &str) -> Error {
    Error::new(format!("{value} does not fit {rust}"))
}

/// Reads an integer of any width; `0` is the Rust name of the one that is wanted.
struct Integer<T>(&'static str, PhantomData<T>);

impl<'de, T> Visitor<'de> for Integer<T>
where
    T: TryFrom<i64> + TryFrom<u64> + std::str::FromStr,
{
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<T, E> {
        T::try_from(value).map_err(|_| E::invalid_value(Unexpected::Signed(value), &self))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<T, E> {
        T::try_from(value).map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        match text.as_bytes() {
            // `+5` is an integer to Rust, and to nobody else.
            [b'-' | b'0'..=b'9', ..] => text.parse().ok(),
            _ => None,
        }
        .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let digits = precise::digits(map, &self)?;
        Err(de::Error::invalid_value(Unexpected::Other(&digits), &self))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(self)
    }
}

scalar!(
    bool,
    Bool,
    Varint,
    |value| (!value),
    {
        fn proto_packed(&self, out: &mut Writer<'_>) {
            out.varint(u64::from(*self));
        }

        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_bool(*self)
        }
    },
    {
        fn proto_unpack(input: &mut Reader<'de>) -> Result<Self, Error> {
            Ok(input.varint()? != 0)
        }

        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            serde::Deserialize::deserialize(deserializer)
        }
    }
);

/// Floating point numbers; a zero with a sign is not the default.
macro_rules! float {
    ($rust:ty, $ty:ident, $wire:ident, $put:ident, $get:ident, $write:ident) => {
        scalar!(
            $rust,
            $ty,
            $wire,
            |value| (value.to_bits() == 0),
            {
                fn proto_packed(&self, out: &mut Writer<'_>) {
                    out.$put(self.to_bits());
                }

                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    match self.is_finite() {
                        true => serializer.$write(*self),
                        false => {
                            serializer.serialize_newtype_struct(reserved::FLOAT, &NotFinite(f64::from(*self)))
                        }
                    }
                }
            },
            {
                fn proto_unpack(input: &mut Reader<'de>) -> Result<Self, Error> {
                    input.$get().map(<$rust>::from_bits)
                }

                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let wide = deserializer.deserialize_newtype_struct(reserved::FLOAT, Float)?;
                    let value = wide as $rust;
                    match value.is_infinite() && wide.is_finite() {
                        true => Err(de::Error::invalid_value(Unexpected::Float(wide), &stringify!($rust))),
                        false => Ok(value),
                    }
                }
            }
        );
    };
}

float!(f32, F32, Fixed32, fixed32, fixed32, serialize_f32);
float!(f64, F64, Fixed64, fixed64, fixed64, serialize_f64);

/// NaN and the infinities as proto3 JSON writes them.
struct NotFinite(f64);

impl serde::Serialize for NotFinite {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            value if !serializer.is_human_readable() => serializer.serialize_f64(value),
            f64::INFINITY => serializer.serialize_str("Infinity"),
            f64::NEG_INFINITY => serializer.serialize_str("-Infinity"),
            _ => serializer.serialize_str("NaN"),
        }
    }
}

struct Float;

impl<'de> Visitor<'de> for Float {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_f64<E>(self, value: f64) -> Result<f64, E> {
        Ok(value)
    }

    fn visit_i64<E>(self, value: i64) -> Result<f64, E> {
        Ok(value as f64)
    }

    fn visit_u64<E>(self, value: u64) -> Result<f64, E> {
        Ok(value as f64)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<f64, E> {
        match text {
            "NaN" => Ok(f64::NAN),
            "Infinity" => Ok(f64::INFINITY),
            "-Infinity" => Ok(f64::NEG_INFINITY),
            _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<f64, A::Error> {
        let digits = precise::digits(map, &self)?;
        let value = digits.parse().ok().filter(|value: &f64| value.is_finite());
        value.ok_or_else(|| de::Error::invalid_value(Unexpected::Other(&digits), &self))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<f64, D::Error> {
        deserializer.deserialize_any(self)
    }
}
