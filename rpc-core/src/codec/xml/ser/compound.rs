//! Arrays, structs, and variants with several fields.

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::scalar::push_text;
use super::{Writer, key};
use crate::codec::xml::XmlError;

/// The end of the one member of a variant.
pub(super) const MEMBER_TAIL: &str = "</member></struct></value>";

/// What is still to be closed.
#[derive(Clone, Copy)]
pub(super) enum Tail {
    Array,
    Struct,
    VariantArray,
    VariantStruct,
}

/// A value that holds others, and is open.
pub(super) struct Compound<'w, 'a> {
    writer: &'w mut Writer<'a>,
    tail: Tail,
}

impl Writer<'_> {
    /// Opens the struct of one member that a variant with data is.
    pub(super) fn variant(&mut self, name: &str) -> Result<(), XmlError> {
        self.enter("<value><struct>")?;
        self.name(name)
    }

    fn name(&mut self, name: &str) -> Result<(), XmlError> {
        self.push("<member><name>");
        push_text(name, self.out)?;
        self.push("</name>");
        Ok(())
    }
}

impl<'w, 'a> Compound<'w, 'a> {
    pub(super) fn array(writer: &'w mut Writer<'a>, tail: Tail) -> Result<Self, XmlError> {
        writer.enter("<value><array><data>")?;
        Ok(Self { writer, tail })
    }

    pub(super) fn members(writer: &'w mut Writer<'a>, tail: Tail) -> Result<Self, XmlError> {
        writer.enter("<value><struct>")?;
        Ok(Self { writer, tail })
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), XmlError> {
        value.serialize(&mut *self.writer)
    }

    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), XmlError> {
        self.writer.name(name)?;
        self.value(value)
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), XmlError> {
        value.serialize(&mut *self.writer)?;
        self.writer.push("</member>");
        Ok(())
    }

    fn close(self) {
        match self.tail {
            Tail::Array => self.writer.leave("</data></array></value>"),
            Tail::Struct => self.writer.leave("</struct></value>"),
            Tail::VariantArray => {
                self.writer.leave("</data></array></value>");
                self.writer.leave(MEMBER_TAIL);
            }
            Tail::VariantStruct => {
                self.writer.leave("</struct></value>");
                self.writer.leave(MEMBER_TAIL);
            }
        }
    }
}

/// Sequences: the traits differ in the method's name alone.
macro_rules! sequences {
    ($($trait:ident $method:ident,)*) => {
        $(impl $trait for Compound<'_, '_> {
            type Ok = ();
            type Error = XmlError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), XmlError> {
                self.item(value)
            }

            fn end(self) -> Result<(), XmlError> {
                self.close();
                Ok(())
            }
        })*
    };
}

sequences! {
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field,
}

/// Structs: a field that is skipped is not written.
macro_rules! structs {
    ($($trait:ident,)*) => {
        $(impl $trait for Compound<'_, '_> {
            type Ok = ();
            type Error = XmlError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), XmlError> {
                self.member(name, value)
            }

            fn end(self) -> Result<(), XmlError> {
                self.close();
                Ok(())
            }
        })*
    };
}

structs! {
    SerializeStruct,
    SerializeStructVariant,
}

impl SerializeMap for Compound<'_, '_> {
    type Ok = ();
    type Error = XmlError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), XmlError> {
        self.writer.push("<member><name>");
        name.serialize(key::KeyWriter(self.writer.out))?;
        self.writer.push("</name>");
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), XmlError> {
        self.value(value)
    }

    fn end(self) -> Result<(), XmlError> {
        self.close();
        Ok(())
    }
}
