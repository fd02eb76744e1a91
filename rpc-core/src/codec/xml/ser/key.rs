//! The keys of maps, as members' names.

use serde::ser::Impossible;
use serde::{Serialize, Serializer};

use super::scalar::push_text;
use crate::codec::xml::XmlError;

/// Writes the methods of a serializer that takes few types: those named here are refused with this message.
macro_rules! refuse {
    ($message:expr; $($kind:ident)*) => { $(refuse!(@$kind $message);)* };
    (@i64 $m:expr) => { refuse!(@@serialize_i64 i64, $m); };
    (@u32 $m:expr) => { refuse!(@@serialize_u32 u32, $m); };
    (@bool $m:expr) => { refuse!(@@serialize_bool bool, $m); };
    (@i8 $m:expr) => { refuse!(@@serialize_i8 i8, $m); };
    (@i16 $m:expr) => { refuse!(@@serialize_i16 i16, $m); };
    (@i32 $m:expr) => { refuse!(@@serialize_i32 i32, $m); };
    (@u8 $m:expr) => { refuse!(@@serialize_u8 u8, $m); };
    (@u16 $m:expr) => { refuse!(@@serialize_u16 u16, $m); };
    (@u64 $m:expr) => { refuse!(@@serialize_u64 u64, $m); };
    (@f32 $m:expr) => { refuse!(@@serialize_f32 f32, $m); };
    (@f64 $m:expr) => { refuse!(@@serialize_f64 f64, $m); };
    (@char $m:expr) => { refuse!(@@serialize_char char, $m); };
    (@str $m:expr) => { refuse!(@@serialize_str &str, $m); };
    (@bytes $m:expr) => { refuse!(@@serialize_bytes &[u8], $m); };
    (@@$method:ident $type:ty, $m:expr) => {
        fn $method(self, _value: $type) -> Result<Self::Ok, XmlError> {
            Err(XmlError::unsupported($m))
        }
    };
    (@none $m:expr) => {
        fn serialize_none(self) -> Result<Self::Ok, XmlError> {
            Err(XmlError::unsupported($m))
        }
    };
    (@some $m:expr) => {
        fn serialize_some<T: Serialize + ?Sized>(self, _value: &T) -> Result<Self::Ok, XmlError> {
            Err(XmlError::unsupported($m))
        }
    };
    (@unit $m:expr) => {
        fn serialize_unit(self) -> Result<Self::Ok, XmlError> {
            Err(XmlError::unsupported($m))
        }
    };
    (@unit_struct $m:expr) => {
        fn serialize_unit_struct(self, _name: &'static str) -> Result<Self::Ok, XmlError> {
            Err(XmlError::unsupported($m))
        }
    };
    (@unit_variant $m:expr) => {
        fn serialize_unit_variant(
            self,
            _name: &'static str,
            _index: u32,
            _variant: &'static str,
        ) -> Result<Self::Ok, XmlError> {
            Err(XmlError::unsupported($m))
        }
    };
    (@newtype_struct $m:expr) => {
        fn serialize_newtype_struct<T: Serialize + ?Sized>(
            self,
            _name: &'static str,
            _value: &T,
        ) -> Result<Self::Ok, XmlError> {
            Err(XmlError::unsupported($m))
        }
    };
    (@newtype_variant $m:expr) => {
        fn serialize_newtype_variant<T: Serialize + ?Sized>(
            self,
            _name: &'static str,
            _index: u32,
            _variant: &'static str,
            _value: &T,
        ) -> Result<Self::Ok, XmlError> {
            Err(XmlError::unsupported($m))
        }
    };
    (@seq $m:expr) => {
        fn serialize_seq(self, _len: Option<usize>) -> Result<Self::SerializeSeq, XmlError> {
            Err(XmlError::unsupported($m))
        }
    };
    (@tuple $m:expr) => {
        fn serialize_tuple(self, _len: usize) -> Result<Self::SerializeTuple, XmlError> {
            Err(XmlError::unsupported($m))
        }
    };
    (@tuple_struct $m:expr) => {
        refuse!(@@@serialize_tuple_struct Self::SerializeTupleStruct, $m);
    };
    (@struct $m:expr) => { refuse!(@@@serialize_struct Self::SerializeStruct, $m); };
    (@@@$method:ident $compound:ty, $m:expr) => {
        fn $method(self, _name: &'static str, _len: usize) -> Result<$compound, XmlError> {
            Err(XmlError::unsupported($m))
        }
    };
    (@map $m:expr) => {
        fn serialize_map(self, _len: Option<usize>) -> Result<Self::SerializeMap, XmlError> {
            Err(XmlError::unsupported($m))
        }
    };
    (@tuple_variant $m:expr) => {
        refuse!(@@@@serialize_tuple_variant Self::SerializeTupleVariant, $m);
    };
    (@struct_variant $m:expr) => {
        refuse!(@@@@serialize_struct_variant Self::SerializeStructVariant, $m);
    };
    (@@@@$method:ident $compound:ty, $m:expr) => {
        fn $method(
            self,
            _name: &'static str,
            _index: u32,
            _variant: &'static str,
            _len: usize,
        ) -> Result<$compound, XmlError> {
            Err(XmlError::unsupported($m))
        }
    };
}
pub(super) use refuse;

const EXPECTED: &str = "a member's name must be a string, an integer or a boolean";

/// Writes a key as a member's name.
pub(super) struct KeyWriter<'a>(pub(super) &'a mut Vec<u8>);

/// Keys whose text is that of `Display`.
macro_rules! displayed {
    ($($method:ident $type:ty,)*) => {
        $(fn $method(self, value: $type) -> Result<(), XmlError> {
            push_text(&value.to_string(), self.0)
        })*
    };
}

impl Serializer for KeyWriter<'_> {
    type Ok = ();
    type Error = XmlError;
    type SerializeSeq = Impossible<(), XmlError>;
    type SerializeTuple = Impossible<(), XmlError>;
    type SerializeTupleStruct = Impossible<(), XmlError>;
    type SerializeTupleVariant = Impossible<(), XmlError>;
    type SerializeMap = Impossible<(), XmlError>;
    type SerializeStruct = Impossible<(), XmlError>;
    type SerializeStructVariant = Impossible<(), XmlError>;

    displayed! {
        serialize_bool bool,
        serialize_i8 i8,
        serialize_i16 i16,
        serialize_i32 i32,
        serialize_i64 i64,
        serialize_u8 u8,
        serialize_u16 u16,
        serialize_u32 u32,
        serialize_u64 u64,
        serialize_char char,
    }

    fn serialize_str(self, value: &str) -> Result<(), XmlError> {
        push_text(value, self.0)
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), XmlError> {
        push_text(variant, self.0)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), XmlError> {
        value.serialize(self)
    }

    refuse! { EXPECTED; f32 f64 bytes none some unit unit_struct newtype_variant seq tuple tuple_struct
    tuple_variant map struct struct_variant }
}
