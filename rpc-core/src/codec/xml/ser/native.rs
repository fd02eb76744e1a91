//! The native form of reserved newtypes: what they hold beside what a text format would see.

use serde::ser::{Impossible, SerializeTuple};
use serde::{Serialize, Serializer};

use super::key::refuse;
use crate::codec::xml::XmlError;

/// The seconds of a point in time. XML-RPC has no place for the nanoseconds.
pub(super) fn seconds<T: Serialize + ?Sized>(value: &T) -> Result<i64, XmlError> {
    value.serialize(Numbers::default())?.ok_or_else(|| XmlError::unsupported(EXPECTED))
}

/// A number as a double.
pub(super) fn double<T: Serialize + ?Sized>(value: &T) -> Result<f64, XmlError> {
    value.serialize(Double)
}

struct Double;

impl Serializer for Double {
    type Ok = f64;
    type Error = XmlError;
    type SerializeSeq = Impossible<f64, XmlError>;
    type SerializeTuple = Impossible<f64, XmlError>;
    type SerializeTupleStruct = Impossible<f64, XmlError>;
    type SerializeTupleVariant = Impossible<f64, XmlError>;
    type SerializeMap = Impossible<f64, XmlError>;
    type SerializeStruct = Impossible<f64, XmlError>;
    type SerializeStructVariant = Impossible<f64, XmlError>;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_f64(self, value: f64) -> Result<f64, XmlError> {
        Ok(value)
    }

    refuse! { "a number beyond doubles cannot travel"; bool i8 i16 i32 i64 u8 u16 u32 u64 f32 char str bytes none some
    unit unit_struct unit_variant newtype_struct newtype_variant seq tuple tuple_struct tuple_variant map struct
    struct_variant }
}

const EXPECTED: &str = "a time must be a tuple of seconds and nanoseconds";

/// Takes a tuple of numbers, and gives the first.
#[derive(Default)]
struct Numbers(Option<i64>);

impl Serializer for Numbers {
    type Ok = Option<i64>;
    type Error = XmlError;
    type SerializeSeq = Impossible<Option<i64>, XmlError>;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Impossible<Option<i64>, XmlError>;
    type SerializeTupleVariant = Impossible<Option<i64>, XmlError>;
    type SerializeMap = Impossible<Option<i64>, XmlError>;
    type SerializeStruct = Impossible<Option<i64>, XmlError>;
    type SerializeStructVariant = Impossible<Option<i64>, XmlError>;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_i64(self, value: i64) -> Result<Option<i64>, XmlError> {
        Ok(Some(value))
    }

    fn serialize_u32(self, value: u32) -> Result<Option<i64>, XmlError> {
        Ok(Some(i64::from(value)))
    }

    fn serialize_tuple(self, _len: usize) -> Result<Self, XmlError> {
        Ok(self)
    }

    refuse! { EXPECTED; bool i8 i16 i32 u8 u16 u64 f32 f64 char str bytes none some unit unit_struct unit_variant
    newtype_struct newtype_variant seq tuple_struct tuple_variant map struct struct_variant }
}

impl SerializeTuple for Numbers {
    type Ok = Option<i64>;
    type Error = XmlError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), XmlError> {
        let number = value.serialize(Numbers::default())?;
        self.0 = self.0.or(number);
        Ok(())
    }

    fn end(self) -> Result<Option<i64>, XmlError> {
        Ok(self.0)
    }
}
