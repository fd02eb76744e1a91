//! What a snapshot holds.

use std::collections::BTreeMap;

use super::Ty;

/// The services of a program at some time, and the types that they name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// The services by their full names.
    pub services: BTreeMap<String, Service>,
    /// The types by their full names.
    pub types: BTreeMap<String, Shape>,
}

/// A service: its methods by their gRPC names.
pub type Service = BTreeMap<String, Method>;

/// A method.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Method {
    /// Its name in JSON-RPC.
    pub jsonrpc: String,
    /// Its name in XML-RPC.
    pub xmlrpc: String,
    /// How many messages travel, and which way: `unary`, `oneway` …
    pub kind: String,
    /// Whether its argument is the request message.
    pub bare: bool,
    /// The request: a struct of the arguments, or what a bare method takes.
    pub request: Ty,
    /// The result.
    pub response: Ty,
    /// The type of the error's details, if they have one.
    pub error: Option<Ty>,
}

/// A type that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A struct.
    Struct {
        /// Whether the texts write it as an array.
        array: bool,
        /// The fields, in the order of declaration.
        fields: Vec<Field>,
    },
    /// An enum whose variants hold nothing.
    Enum {
        /// The values, in the order of declaration.
        values: Vec<Value>,
        /// Whether one of them stands for those that are not known.
        other: bool,
    },
    /// An enum whose variants hold data.
    Union {
        /// The variants, in the order of declaration.
        variants: Vec<Variant>,
        /// Whether one of them stands for those that are not known.
        other: bool,
    },
}

/// A field of a struct.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// The name in Rust and proto.
    pub name: String,
    /// The name in JSON and XML-RPC.
    pub text: String,
    /// The field number.
    pub tag: u32,
    /// The type.
    pub ty: Ty,
    /// Whether it may be left out though its type is no Option.
    pub default: bool,
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Value {
    /// The name in Rust.
    pub name: String,
    /// The name in JSON and XML-RPC.
    pub text: String,
    /// The number in proto.
    pub number: i32,
}

/// A variant of an enum with data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Variant {
    /// The name in Rust.
    pub name: String,
    /// The name in JSON and XML-RPC.
    pub text: String,
    /// The field number in proto.
    pub tag: u32,
    /// What it holds.
    pub content: Content,
}

/// What a variant holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing.
    Empty,
    /// One value.
    Value(Ty),
    /// Fields.
    Fields {
        /// Whether the texts write them as an array.
        array: bool,
        /// The fields, in the order of declaration.
        fields: Vec<Field>,
    },
}
