//! Enums, without data and with.

use super::{MessageType, TypeRef};

/// An enum whose variants hold nothing.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct EnumType {
    /// The Rust name, and the one in proto.
    pub name: &'static str,
    /// The Rust module that declares it, to tell types of one name apart; empty where it does not matter.
    pub module: &'static str,
    /// The package of its own, if it has one.
    pub package: Option<&'static str>,
    /// The documentation comment, in Markdown.
    pub docs: &'static str,
    /// Whether it is marked `#[deprecated]`.
    pub deprecated: bool,
    /// The values, in the order of declaration; the first is number 0.
    pub values: &'static [EnumValue],
    /// Whether one of them stands for those that we do not know (`#[rpc(other)]`).
    pub other: bool,
}

/// A value of such an enum.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct EnumValue {
    /// The Rust name: `Red`.
    pub name: &'static str,
    /// The name that the texts write.
    pub text: &'static str,
    /// The name in proto: `COLOUR_RED`.
    pub proto: &'static str,
    /// The number in proto.
    pub number: i32,
    /// The documentation comment, in Markdown.
    pub docs: &'static str,
    /// Whether it is marked `#[deprecated]`.
    pub deprecated: bool,
}

/// An enum whose variants hold data: a message with one oneof.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct UnionType {
    /// The Rust name, and the one in proto.
    pub name: &'static str,
    /// The Rust module that declares it, to tell types of one name apart; empty where it does not matter.
    pub module: &'static str,
    /// The type arguments. Messages take none today.
    pub args: &'static [TypeRef],
    /// The package of its own, if it has one.
    pub package: Option<&'static str>,
    /// The documentation comment, in Markdown.
    pub docs: &'static str,
    /// Whether it is marked `#[deprecated]`.
    pub deprecated: bool,
    /// The variants, in the order of declaration.
    pub variants: &'static [Variant],
    /// Whether one of them stands for those that we do not know (`#[rpc(other)]`).
    pub other: bool,
    /// Field numbers that must not be used again.
    pub reserved_tags: &'static [u32],
    /// Field names that must not be used again.
    pub reserved_names: &'static [&'static str],
}

/// A variant of such an enum: one field of the oneof.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Variant {
    /// The Rust name: `Circle`.
    pub name: &'static str,
    /// The name that the texts write.
    pub text: &'static str,
    /// The name of the oneof's field in proto: `circle`.
    pub field: &'static str,
    /// The field number.
    pub tag: u32,
    /// What it holds.
    pub shape: VariantShape,
    /// The documentation comment, in Markdown.
    pub docs: &'static str,
    /// Whether it is marked `#[deprecated]`.
    pub deprecated: bool,
}

/// What a variant holds.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum VariantShape {
    /// Nothing: an empty nested message, named as the variant.
    Empty(&'static MessageType),
    /// One unnamed value.
    Value(TypeRef),
    /// Fields: a nested message, named as the variant.
    Fields(&'static MessageType),
}

#[doc(hidden)]
impl EnumType {
    pub const fn new(name: &'static str, values: &'static [EnumValue]) -> EnumType {
        EnumType { name, module: "", package: None, docs: "", deprecated: false, values, other: false }
    }

    pub const fn module(mut self, module: &'static str) -> EnumType {
        self.module = module;
        self
    }

    pub const fn package(mut self, package: &'static str) -> EnumType {
        self.package = Some(package);
        self
    }

    pub const fn docs(mut self, docs: &'static str) -> EnumType {
        self.docs = docs;
        self
    }

    pub const fn deprecated(mut self) -> EnumType {
        self.deprecated = true;
        self
    }

    pub const fn other(mut self) -> EnumType {
        self.other = true;
        self
    }
}

#[doc(hidden)]
impl EnumValue {
    pub const fn new(name: &'static str, text: &'static str, proto: &'static str, number: i32) -> EnumValue {
        EnumValue { name, text, proto, number, docs: "", deprecated: false }
    }

    pub const fn docs(mut self, docs: &'static str) -> EnumValue {
        self.docs = docs;
        self
    }

    pub const fn deprecated(mut self) -> EnumValue {
        self.deprecated = true;
        self
    }
}

#[doc(hidden)]
impl UnionType {
    pub const fn new(name: &'static str, variants: &'static [Variant]) -> UnionType {
        UnionType {
            name,
            module: "",
            args: &[],
            package: None,
            docs: "",
            deprecated: false,
            variants,
            other: false,
            reserved_tags: &[],
            reserved_names: &[],
        }
    }

    pub const fn module(mut self, module: &'static str) -> UnionType {
        self.module = module;
        self
    }

    pub const fn package(mut self, package: &'static str) -> UnionType {
        self.package = Some(package);
        self
    }

    pub const fn docs(mut self, docs: &'static str) -> UnionType {
        self.docs = docs;
        self
    }

    pub const fn deprecated(mut self) -> UnionType {
        self.deprecated = true;
        self
    }

    pub const fn other(mut self) -> UnionType {
        self.other = true;
        self
    }

    pub const fn reserved(mut self, tags: &'static [u32], names: &'static [&'static str]) -> UnionType {
        (self.reserved_tags, self.reserved_names) = (tags, names);
        self
    }
}

#[doc(hidden)]
impl Variant {
    pub const fn new(
        name: &'static str,
        text: &'static str,
        field: &'static str,
        tag: u32,
        shape: VariantShape,
    ) -> Variant {
        Variant { name, text, field, tag, shape, docs: "", deprecated: false }
    }

    pub const fn docs(mut self, docs: &'static str) -> Variant {
        self.docs = docs;
        self
    }

    pub const fn deprecated(mut self) -> Variant {
        self.deprecated = true;
        self
    }
}
