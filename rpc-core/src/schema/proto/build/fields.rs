//! From Rust types to fields: what proto3 lacks is wrapped in a message of its own.

use super::super::error::SchemaError;
use super::super::model::{Field, FieldType, Label, Message, Scalar};
use super::super::names;
use super::draft::{Draft, Named};
use crate::schema::Type;

/// How many generated messages may stand in each other; more are a type that contains itself.
const MAX_NESTING: usize = 32;

/// The message that fields are made for.
pub(super) struct Owner<'a> {
    /// Its full name.
    full: &'a str,
    /// The package of the types that it names.
    package: &'a str,
    /// How many generated messages it stands in.
    depth: usize,
}

impl<'a> Owner<'a> {
    pub(super) fn new(full: &'a str, package: &'a str) -> Owner<'a> {
        Owner { full, package, depth: 0 }
    }
}

impl Draft {
    /// A field of that type; the messages that it needs are added to `nested`.
    pub(super) fn field(
        &mut self,
        owner: &Owner<'_>,
        nested: &mut Vec<Message>,
        (name, tag): (&str, u32),
        ty: &'static Type,
    ) -> Result<Field, SchemaError> {
        let wrapper = |role: &str| names::upper_camel(name) + role;
        let (label, ty) = match ty {
            Type::Option(some) => (Label::Optional, self.element(owner, nested, wrapper("Value"), some())?),
            Type::List(item) => (Label::Repeated, self.element(owner, nested, wrapper("Item"), item())?),
            Type::Map(key, value) => {
                // The trait of keys lets in nothing but scalars.
                let key = scalar(key()).unwrap_or(Scalar::String);
                let value = self.element(owner, nested, wrapper("Value"), value())?;
                (Label::Single, FieldType::Map(key, Box::new(value)))
            }
            ty => (Label::Single, self.element(owner, nested, wrapper("Value"), ty)?),
        };
        Ok(Field::new(name, tag, label, ty))
    }

    /// The type of what occurs alone: what proto3 cannot hold there becomes the message `wrapper`.
    pub(super) fn element(
        &mut self,
        owner: &Owner<'_>,
        nested: &mut Vec<Message>,
        wrapper: String,
        ty: &'static Type,
    ) -> Result<FieldType, SchemaError> {
        let fields = match ty {
            Type::Option(_) | Type::List(_) | Type::Map(..) => vec![("value".to_owned(), ty)],
            Type::Tuple(items) => {
                let items = items.iter().enumerate();
                items.map(|(index, item)| (format!("f{index}"), item())).collect()
            }
            ty => return Ok(self.plain(owner.package, ty)),
        };
        let full = names::full(owner.full, &wrapper);
        let inner = Owner { full: &full, package: owner.package, depth: owner.depth + 1 };
        if inner.depth > MAX_NESTING {
            let place = full.rsplitn(inner.depth + 1, '.').last();
            return Err(SchemaError::endless(place.unwrap_or_default()));
        }
        nested.push(self.fields(&inner, wrapper, fields)?);
        Ok(FieldType::Message(full))
    }

    /// A generated message of such fields, numbered from 1.
    fn fields(
        &mut self,
        owner: &Owner<'_>,
        name: String,
        fields: Vec<(String, &'static Type)>,
    ) -> Result<Message, SchemaError> {
        let mut message = Message::new(name, Vec::new());
        for ((name, ty), tag) in fields.into_iter().zip(1..) {
            let field = self.field(owner, &mut message.nested, (&name, tag), ty)?;
            message.fields.push(field);
        }
        Ok(message)
    }

    /// The type of what needs no wrapper.
    fn plain(&mut self, package: &str, ty: &'static Type) -> FieldType {
        let well_known = |name: &str| FieldType::Message(format!("google.protobuf.{name}"));
        match ty {
            Type::Message(message) => FieldType::Message(self.refer(Named::Message(message), package)),
            Type::Union(union) => FieldType::Message(self.refer(Named::Union(union), package)),
            Type::Enum(unit) => FieldType::Enum(self.refer(Named::Enum(unit), package)),
            Type::Timestamp => well_known("Timestamp"),
            Type::Duration => well_known("Duration"),
            Type::Value => well_known("Value"),
            ty => scalar(ty).map_or_else(|| well_known("Empty"), FieldType::Scalar),
        }
    }
}

/// The scalar that a type is in proto.
fn scalar(ty: &Type) -> Option<Scalar> {
    Some(match ty {
        Type::Bool => Scalar::Bool,
        Type::I8 | Type::I16 | Type::I32 => Scalar::Int32,
        Type::I64 => Scalar::Int64,
        Type::U8 | Type::U16 | Type::U32 => Scalar::Uint32,
        Type::U64 => Scalar::Uint64,
        Type::F32 => Scalar::Float,
        Type::F64 => Scalar::Double,
        Type::String | Type::Char | Type::Uuid => Scalar::String,
        Type::Bytes => Scalar::Bytes,
        Type::Timestamp
        | Type::Duration
        | Type::Value
        | Type::Unit
        | Type::Option(_)
        | Type::List(_)
        | Type::Map(..)
        | Type::Tuple(_)
        | Type::Message(_)
        | Type::Enum(_)
        | Type::Union(_) => return None,
    })
}
