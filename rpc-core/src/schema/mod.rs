//! What is known of services and types before anything runs: the static schema.

mod types;

pub use types::{
    Describe, EnumType, EnumValue, Field, MessageType, Type, TypeRef, UnionType, Variant, VariantShape, Wire,
};
