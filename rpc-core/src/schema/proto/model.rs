//! What a proto file holds. Names of types are full names without a leading dot.

use std::ops::RangeInclusive;

/// A proto file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// The path by which others import it: `shop/v1.proto`.
    pub path: String,
    /// The package; empty for none.
    pub package: String,
    /// The paths of the files that it imports, in order.
    pub imports: Vec<String>,
    /// The services, in the order in which they were given.
    pub services: Vec<Service>,
    /// The messages, in the order in which the services name them.
    pub messages: Vec<Message>,
    /// The enums, likewise.
    pub enums: Vec<Enum>,
    /// The options; well-known files have some.
    pub options: Vec<FileOption>,
}

/// An option of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileOption {
    /// The name: `go_package`.
    pub name: &'static str,
    /// The field number in `google.protobuf.FileOptions`.
    pub tag: u32,
    /// The value.
    pub value: OptionValue,
}

/// The value of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionValue {
    /// A bool.
    Bool(bool),
    /// A text.
    Text(&'static str),
}

/// A service.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Service {
    /// The name, without the package.
    pub name: String,
    /// The documentation, in Markdown.
    pub docs: String,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// The methods, in the order of declaration.
    pub methods: Vec<Method>,
}

/// A method of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Method {
    /// The name: `Place`.
    pub name: String,
    /// The documentation, in Markdown.
    pub docs: String,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// Whether calling twice has the effect of calling once.
    pub idempotent: bool,
    /// The full name of the request message.
    pub input: String,
    /// The full name of the reply's message.
    pub output: String,
    /// Whether requests are streamed.
    pub client_streaming: bool,
    /// Whether replies are streamed.
    pub server_streaming: bool,
}

/// A message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// The name, without what it is nested in.
    pub name: String,
    /// The documentation, in Markdown.
    pub docs: String,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// The fields, in the order of declaration.
    pub fields: Vec<Field>,
    /// The name of the oneof that holds the fields labelled so.
    pub oneof: Option<String>,
    /// The messages that stand in it; the entries of maps are not among them.
    pub nested: Vec<Message>,
    /// Field numbers that must not be used again.
    pub reserved_tags: Vec<RangeInclusive<u32>>,
    /// Field names that must not be used again.
    pub reserved_names: Vec<String>,
}

/// A field of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// The name.
    pub name: String,
    /// The field number.
    pub tag: u32,
    /// How often it occurs.
    pub label: Label,
    /// The type of one occurrence.
    pub ty: FieldType,
    /// The documentation, in Markdown.
    pub docs: String,
    /// Whether it is deprecated.
    pub deprecated: bool,
}

/// How often a field occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// Once; a scalar that is absent is its default.
    Single,
    /// Once or not at all: `optional`.
    Optional,
    /// Any number of times.
    Repeated,
    /// As one of the fields of the message's oneof.
    Oneof,
}

/// The type of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// A number, bool, text or bytes.
    Scalar(Scalar),
    /// The message of that full name.
    Message(String),
    /// The enum of that full name.
    Enum(String),
    /// A map; its label is [`Label::Single`].
    Map(Scalar, Box<FieldType>),
}

/// The scalar types that we use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scalar {
    /// `bool`.
    Bool,
    /// `int32`.
    Int32,
    /// `int64`.
    Int64,
    /// `uint32`.
    Uint32,
    /// `uint64`.
    Uint64,
    /// `float`.
    Float,
    /// `double`.
    Double,
    /// `string`.
    String,
    /// `bytes`.
    Bytes,
}

/// An enum.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Enum {
    /// The name.
    pub name: String,
    /// The documentation, in Markdown.
    pub docs: String,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// The values; the first is number 0.
    pub values: Vec<EnumValue>,
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnumValue {
    /// The name: `COLOUR_RED`.
    pub name: String,
    /// The number.
    pub number: i32,
    /// The documentation, in Markdown.
    pub docs: String,
    /// Whether it is deprecated.
    pub deprecated: bool,
}

impl Scalar {
    /// The keyword: `int32`.
    pub const fn keyword(self) -> &'static str {
        match self {
            Scalar::Bool => "bool",
            Scalar::Int32 => "int32",
            Scalar::Int64 => "int64",
            Scalar::Uint32 => "uint32",
            Scalar::Uint64 => "uint64",
            Scalar::Float => "float",
            Scalar::Double => "double",
            Scalar::String => "string",
            Scalar::Bytes => "bytes",
        }
    }
}

impl Field {
    pub(crate) fn new(name: impl Into<String>, tag: u32, label: Label, ty: FieldType) -> Field {
        Field { name: name.into(), tag, label, ty, docs: String::new(), deprecated: false }
    }

    /// The name of the message that stands for an entry, if the field is a map: `by_name` → `ByNameEntry`.
    pub fn entry_name(&self) -> Option<String> {
        matches!(self.ty, FieldType::Map(..)).then(|| super::names::upper_camel(&self.name) + "Entry")
    }
}

impl Message {
    pub(crate) fn new(name: impl Into<String>, fields: Vec<Field>) -> Message {
        Message { name: name.into(), fields, ..Message::default() }
    }
}

impl File {
    pub(crate) fn new(path: impl Into<String>, package: impl Into<String>) -> File {
        File {
            path: path.into(),
            package: package.into(),
            imports: Vec::new(),
            services: Vec::new(),
            messages: Vec::new(),
            enums: Vec::new(),
            options: Vec::new(),
        }
    }
}
