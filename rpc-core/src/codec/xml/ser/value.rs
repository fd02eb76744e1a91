//! [`Writer`] as a serde serializer.

use serde::{Serialize, Serializer};

use super::Writer;
use super::compound::{Compound, MEMBER_TAIL, Tail};
use super::native;
use super::scalar::not_finite;
use crate::codec::reserved;
use crate::codec::xml::XmlError;

/// Integers that `i64` holds.
macro_rules! integers {
    ($($method:ident $type:ty,)*) => {
        $(fn $method(self, value: $type) -> Result<(), XmlError> {
            self.int(i64::from(value))
        })*
    };
}

/// Integers that may be too large.
macro_rules! large_integers {
    ($($method:ident $type:ty,)*) => {
        $(fn $method(self, value: $type) -> Result<(), XmlError> {
            match i64::try_from(value) {
                Ok(value) => self.int(value),
                Err(_) => Err(XmlError::unsupported(format!("the integer {value} needs more than 64 bits"))),
            }
        })*
    };
}

impl<'w, 'a> Serializer for &'w mut Writer<'a> {
    type Ok = ();
    type Error = XmlError;
    type SerializeSeq = Compound<'w, 'a>;
    type SerializeTuple = Compound<'w, 'a>;
    type SerializeTupleStruct = Compound<'w, 'a>;
    type SerializeTupleVariant = Compound<'w, 'a>;
    type SerializeMap = Compound<'w, 'a>;
    type SerializeStruct = Compound<'w, 'a>;
    type SerializeStructVariant = Compound<'w, 'a>;

    integers! {
        serialize_i8 i8,
        serialize_i16 i16,
        serialize_i32 i32,
        serialize_i64 i64,
        serialize_u8 u8,
        serialize_u16 u16,
        serialize_u32 u32,
    }

    large_integers! {
        serialize_u64 u64,
        serialize_i128 i128,
        serialize_u128 u128,
    }

    fn serialize_bool(self, value: bool) -> Result<(), XmlError> {
        self.bool(value)
    }

    fn serialize_f32(self, value: f32) -> Result<(), XmlError> {
        // the digits that tell an f32 from its neighbours, not those of the f64 that it becomes
        self.double(f64::from(value), value)
    }

    fn serialize_f64(self, value: f64) -> Result<(), XmlError> {
        self.double(value, value)
    }

    fn serialize_char(self, value: char) -> Result<(), XmlError> {
        self.string(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), XmlError> {
        self.string(value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), XmlError> {
        self.bytes(value)
    }

    fn serialize_none(self) -> Result<(), XmlError> {
        self.nil()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), XmlError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), XmlError> {
        self.nil()
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), XmlError> {
        self.nil()
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), XmlError> {
        self.string(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), XmlError> {
        match name {
            reserved::TIMESTAMP => self.timestamp(native::seconds(value)?),
            // only what is not finite comes under this name
            reserved::FLOAT => Err(not_finite()),
            reserved::NUMBER => self.serialize_f64(native::double(value)?),
            _ => value.serialize(self),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), XmlError> {
        self.variant(variant)?;
        value.serialize(&mut *self)?;
        self.leave(MEMBER_TAIL);
        Ok(())
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<Compound<'w, 'a>, XmlError> {
        Compound::array(self, Tail::Array)
    }

    fn serialize_tuple(self, _len: usize) -> Result<Compound<'w, 'a>, XmlError> {
        Compound::array(self, Tail::Array)
    }

    fn serialize_tuple_struct(self, _name: &'static str, _len: usize) -> Result<Compound<'w, 'a>, XmlError> {
        Compound::array(self, Tail::Array)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Compound<'w, 'a>, XmlError> {
        self.variant(variant)?;
        Compound::array(self, Tail::VariantArray)
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Compound<'w, 'a>, XmlError> {
        Compound::members(self, Tail::Struct)
    }

    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<Compound<'w, 'a>, XmlError> {
        Compound::members(self, Tail::Struct)
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Compound<'w, 'a>, XmlError> {
        self.variant(variant)?;
        Compound::members(self, Tail::VariantStruct)
    }
}
