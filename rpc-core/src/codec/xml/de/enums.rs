//! Enums: a name, or a struct of one member.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};

use super::key::Key;
use super::parser::Parser;
use crate::codec::xml::XmlError;

/// A variant without data, told by its name alone.
pub(super) struct NameVariant<'de>(pub(super) Cow<'de, str>);

impl<'de> EnumAccess<'de> for NameVariant<'de> {
    type Error = XmlError;
    type Variant = NoContent;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, NoContent), XmlError> {
        Ok((seed.deserialize(Key(self.0))?, NoContent))
    }
}

/// Where the content of a variant would be.
pub(super) struct NoContent;

impl NoContent {
    #[cold]
    fn missing(self) -> XmlError {
        XmlError::mismatch("expected a struct of one member, for a variant with data, found its name alone")
    }
}

impl<'de> VariantAccess<'de> for NoContent {
    type Error = XmlError;

    fn unit_variant(self) -> Result<(), XmlError> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _seed: S) -> Result<S::Value, XmlError> {
        Err(self.missing())
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, _visitor: V) -> Result<V::Value, XmlError> {
        Err(self.missing())
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, XmlError> {
        Err(self.missing())
    }
}

impl Parser<'_> {
    /// Takes the end of a variant's member, and of the struct around it, which has no other.
    pub(super) fn end_variant(&mut self) -> Result<(), XmlError> {
        self.end_member()?;
        if self.next_name()?.is_some() {
            return Err(XmlError::mismatch("expected a struct of one member, found more"));
        }
        self.end_struct()
    }
}

/// A variant in a struct whose start was taken.
pub(super) struct MemberVariant<'a, 'de>(pub(super) &'a mut Parser<'de>);

impl<'a, 'de> EnumAccess<'de> for MemberVariant<'a, 'de> {
    type Error = XmlError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), XmlError> {
        let Some(name) = self.0.next_name()? else {
            return Err(XmlError::mismatch("expected a struct of one member, found an empty one"));
        };
        Ok((seed.deserialize(Key(name))?, self))
    }
}

impl<'de> VariantAccess<'de> for MemberVariant<'_, 'de> {
    type Error = XmlError;

    fn unit_variant(self) -> Result<(), XmlError> {
        self.0.deserialize_unit(serde::de::IgnoredAny).map(|_| ())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, XmlError> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, XmlError> {
        self.0.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, XmlError> {
        self.0.deserialize_map(visitor)
    }
}
