//! From structs and enums to messages and enums.

use std::ops::RangeInclusive;

use super::super::error::SchemaError;
use super::super::model::{Enum, EnumValue, Field, FieldType, Label, Message};
use super::super::names;
use super::draft::Draft;
use super::fields::Owner;
use crate::schema::{EnumType, MessageType, UnionType, Variant, VariantShape};

impl Draft {
    /// The message of a struct.
    pub(super) fn message(&mut self, schema: &MessageType, package: &str) -> Result<Message, SchemaError> {
        self.structure(schema, &names::full(package, schema.name), package)
    }

    fn structure(&mut self, schema: &MessageType, full: &str, package: &str) -> Result<Message, SchemaError> {
        let owner = Owner::new(full, package);
        let mut message = Message {
            docs: schema.docs.to_owned(),
            deprecated: schema.deprecated,
            reserved_tags: ranges(schema.reserved_tags),
            reserved_names: owned(schema.reserved_names),
            ..Message::new(schema.name, Vec::new())
        };
        for field in schema.fields {
            let built = self.field(&owner, &mut message.nested, (field.name, field.tag), (field.ty)())?;
            let (docs, deprecated) = (field.docs.to_owned(), field.deprecated);
            message.fields.push(Field { docs, deprecated, ..built });
        }
        Ok(message)
    }

    /// The message of an enum with data: one oneof.
    pub(super) fn union(&mut self, schema: &UnionType, package: &str) -> Result<Message, SchemaError> {
        let full = names::full(package, schema.name);
        let mut message = Message {
            docs: schema.docs.to_owned(),
            deprecated: schema.deprecated,
            oneof: oneof(schema.variants),
            reserved_tags: ranges(schema.reserved_tags),
            reserved_names: owned(schema.reserved_names),
            ..Message::new(schema.name, Vec::new())
        };
        for variant in schema.variants {
            let ty = self.variant(variant, &full, package, &mut message.nested)?;
            message.fields.push(Field {
                docs: variant.docs.to_owned(),
                deprecated: variant.deprecated,
                ..Field::new(variant.field, variant.tag, Label::Oneof, ty)
            });
        }
        Ok(message)
    }

    fn variant(
        &mut self,
        variant: &Variant,
        full: &str,
        package: &str,
        nested: &mut Vec<Message>,
    ) -> Result<FieldType, SchemaError> {
        let schema = match variant.shape {
            VariantShape::Value(ty) => {
                let owner = Owner::new(full, package);
                return self.element(&owner, nested, variant.name.to_owned(), ty());
            }
            VariantShape::Empty(schema) | VariantShape::Fields(schema) => schema,
        };
        let name = names::full(full, schema.name);
        nested.push(self.structure(schema, &name, package)?);
        Ok(FieldType::Message(name))
    }
}

/// The enum of an enum without data.
pub(super) fn unit_enum(schema: &EnumType) -> Enum {
    let values = schema.values.iter().map(|value| EnumValue {
        name: value.proto.to_owned(),
        number: value.number,
        docs: value.docs.to_owned(),
        deprecated: value.deprecated,
    });
    Enum {
        name: schema.name.to_owned(),
        docs: schema.docs.to_owned(),
        deprecated: schema.deprecated,
        values: values.collect(),
    }
}

/// The name of the oneof. It stands beside the fields, so it is none of theirs.
fn oneof(variants: &[Variant]) -> Option<String> {
    let mut name = "variant".to_owned();
    while variants.iter().any(|variant| variant.field == name) {
        name.push('_');
    }
    (!variants.is_empty()).then_some(name)
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Numbers in ascending order, those that follow each other together.
fn ranges(tags: &[u32]) -> Vec<RangeInclusive<u32>> {
    let mut tags = tags.to_vec();
    tags.sort_unstable();
    tags.dedup();
    let runs = tags.chunk_by(|one, next| one + 1 == *next);
    runs.filter_map(|run| Some(*run.first()?..=*run.last()?)).collect()
}
