//! The schema of values: which types travel, under which names and numbers.

mod describe;
mod message;
mod variants;

pub use describe::{Describe, Wire};
pub use message::{Field, MessageType};
pub use variants::{EnumType, EnumValue, UnionType, Variant, VariantShape};

/// How one type names another: a function, so that a message may contain itself.
pub type TypeRef = fn() -> &'static Type;

/// A type that travels. Newtypes and boxes are what they hold.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Type {
    /// `bool`.
    Bool,
    /// `i8`.
    I8,
    /// `i16`.
    I16,
    /// `i32`.
    I32,
    /// `i64`.
    I64,
    /// `u8`.
    U8,
    /// `u16`.
    U16,
    /// `u32`.
    U32,
    /// `u64`.
    U64,
    /// `f32`.
    F32,
    /// `f64`.
    F64,
    /// Text.
    String,
    /// A text of one character.
    Char,
    /// A UUID, written as text.
    Uuid,
    /// Bytes.
    Bytes,
    /// A point in time, google.protobuf.Timestamp.
    Timestamp,
    /// A length of time, google.protobuf.Duration.
    Duration,
    /// Any JSON, google.protobuf.Value.
    Value,
    /// `()`, the empty message.
    Unit,
    /// A value that may be absent.
    Option(TypeRef),
    /// A list or set of such elements.
    List(TypeRef),
    /// A map with such keys and values.
    Map(TypeRef, TypeRef),
    /// A tuple: a message with the fields `f0`, `f1` …, an array in the texts.
    Tuple(&'static [TypeRef]),
    /// A struct.
    Message(&'static MessageType),
    /// An enum whose variants hold nothing.
    Enum(&'static EnumType),
    /// An enum whose variants hold data.
    Union(&'static UnionType),
}
