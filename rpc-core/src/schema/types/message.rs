//! Structs.

use super::TypeRef;

/// A struct, or the data of an enum's variant: named and numbered fields.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct MessageType {
    /// The Rust name, and the one in proto.
    pub name: &'static str,
    /// The Rust module that declares it, to tell types of one name apart; empty where it does not matter.
    pub module: &'static str,
    /// The type arguments. Messages take none today.
    pub args: &'static [TypeRef],
    /// The package of its own, if it has one; without, it belongs to the service that names it.
    pub package: Option<&'static str>,
    /// The documentation comment, in Markdown.
    pub docs: &'static str,
    /// Whether it is marked `#[deprecated]`.
    pub deprecated: bool,
    /// Whether the texts write it as an array: a struct whose fields have no names.
    pub array: bool,
    /// The fields, in the order of declaration.
    pub fields: &'static [Field],
    /// Field numbers that must not be used again.
    pub reserved_tags: &'static [u32],
    /// Field names that must not be used again.
    pub reserved_names: &'static [&'static str],
}

/// A field of a message.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Field {
    /// The Rust name, and the one in proto.
    pub name: &'static str,
    /// The name that the texts write.
    pub text: &'static str,
    /// The proto3 JSON name (`userId` for `user_id`), which the texts read too.
    pub json: &'static str,
    /// The field number.
    pub tag: u32,
    /// Its type.
    pub ty: TypeRef,
    /// Whether it may be absent though its type has no absent value (serde's `default`).
    pub default: bool,
    /// The documentation comment, in Markdown.
    pub docs: &'static str,
    /// Whether it is marked `#[deprecated]`.
    pub deprecated: bool,
}

#[doc(hidden)]
impl MessageType {
    pub const fn new(name: &'static str, fields: &'static [Field]) -> MessageType {
        MessageType {
            name,
            module: "",
            args: &[],
            package: None,
            docs: "",
            deprecated: false,
            array: false,
            fields,
            reserved_tags: &[],
            reserved_names: &[],
        }
    }

    pub const fn module(mut self, module: &'static str) -> MessageType {
        self.module = module;
        self
    }

    pub const fn package(mut self, package: &'static str) -> MessageType {
        self.package = Some(package);
        self
    }

    pub const fn docs(mut self, docs: &'static str) -> MessageType {
        self.docs = docs;
        self
    }

    pub const fn deprecated(mut self) -> MessageType {
        self.deprecated = true;
        self
    }

    pub const fn array(mut self) -> MessageType {
        self.array = true;
        self
    }

    pub const fn reserved(mut self, tags: &'static [u32], names: &'static [&'static str]) -> MessageType {
        (self.reserved_tags, self.reserved_names) = (tags, names);
        self
    }
}

#[doc(hidden)]
impl Field {
    pub const fn new(name: &'static str, tag: u32, ty: TypeRef) -> Field {
        Field { name, text: name, json: name, tag, ty, default: false, docs: "", deprecated: false }
    }

    pub const fn names(mut self, text: &'static str, json: &'static str) -> Field {
        (self.text, self.json) = (text, json);
        self
    }

    pub const fn default(mut self) -> Field {
        self.default = true;
        self
    }

    pub const fn docs(mut self, docs: &'static str) -> Field {
        self.docs = docs;
        self
    }

    pub const fn deprecated(mut self) -> Field {
        self.deprecated = true;
        self
    }
}
