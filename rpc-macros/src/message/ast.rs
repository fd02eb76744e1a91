//! The model of a message, which `#[derive(Message)]` makes of a type, and other macros by hand.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Lifetime, Member, Path, Type};

/// A type that travels.
pub(crate) struct Message {
    pub(crate) ident: Ident,
    /// Its only generic parameter, if it borrows.
    pub(crate) lifetime: Option<Lifetime>,
    /// The path of the facade, of which `__private` is a module.
    pub(crate) krate: Path,
    pub(crate) package: Option<String>,
    pub(crate) docs: Docs,
    pub(crate) reserved: Reserved,
    pub(crate) shape: Shape,
    /// If it is the arguments of a method, how they travel.
    pub(crate) arguments: Option<Arguments>,
}

/// How the arguments of a method travel in gRPC.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arguments {
    /// As the fields of a message.
    Fields,
    /// The only one is the message.
    Bare,
}

/// The documentation of an item.
#[derive(Clone, Default)]
pub(crate) struct Docs {
    pub(crate) text: String,
    pub(crate) deprecated: bool,
}

/// What must not be used again.
#[derive(Default)]
pub(crate) struct Reserved {
    pub(crate) tags: Vec<u32>,
    pub(crate) names: Vec<String>,
}

/// What a type is made of.
pub(crate) enum Shape {
    Struct(Fields),
    /// A newtype, which is its content.
    Transparent {
        member: Member,
        ty: Type,
    },
    /// A type that is converted from and into another.
    Converted {
        from: Type,
        into: Type,
    },
    /// An enum whose variants hold nothing.
    Enum {
        values: Vec<Value>,
        other: Option<Ident>,
    },
    /// An enum whose variants hold data.
    Union {
        variants: Vec<Variant>,
        other: Option<Ident>,
        /// The variants that do not travel.
        unsent: Vec<Ident>,
    },
}

/// How fields are written in Rust, and in the texts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// With names: an object.
    Named,
    /// Without names: an array.
    Array,
}

/// The fields of a struct or variant.
#[derive(Clone)]
pub(crate) struct Fields {
    pub(crate) style: Style,
    pub(crate) fields: Vec<Field>,
    /// Those that do not travel, with the expressions that fill them.
    pub(crate) skipped: Vec<(Member, TokenStream)>,
}

/// A field that travels.
#[derive(Clone)]
pub(crate) struct Field {
    pub(crate) member: Member,
    /// The name in proto, in the texts, and as proto3 JSON.
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) json: String,
    pub(crate) tag: u32,
    pub(crate) ty: Type,
    pub(crate) default: Default,
    pub(crate) docs: Docs,
}

/// What a field is when the text leaves it out.
#[derive(Clone)]
pub(crate) enum Default {
    /// An error, unless it is an Option.
    Missing,
    /// The type's own default, serde's `default`.
    OfType,
    /// The value of this expression, serde's `default = "…"` and the default of a whole struct.
    Expr(TokenStream),
}

/// A value of an enum.
pub(crate) struct Value {
    pub(crate) ident: Ident,
    pub(crate) text: String,
    pub(crate) proto: String,
    pub(crate) number: i32,
    pub(crate) docs: Docs,
}

/// A variant that holds data.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) text: String,
    /// The field of the oneof.
    pub(crate) field: String,
    pub(crate) tag: u32,
    pub(crate) content: Content,
    pub(crate) docs: Docs,
}

/// What a variant holds.
pub(crate) enum Content {
    Empty,
    /// One unnamed value.
    Value(Type),
    Fields(Fields),
}

impl Fields {
    /// The names of the variables that stand for the fields: `f0`, `f1` …
    pub(crate) fn slots(&self) -> Vec<Ident> {
        (0..self.fields.len()).map(|index| quote::format_ident!("f{index}")).collect()
    }
}

impl Message {
    /// `<'a>`, where there is a lifetime.
    pub(crate) fn params(&self) -> TokenStream {
        self.lifetime.as_ref().map_or_else(TokenStream::new, |lifetime| quote!(<#lifetime>))
    }

    /// The parameters of what reads it from bytes that live for `'de`.
    pub(crate) fn de_params(&self) -> TokenStream {
        self.lifetime.as_ref().map_or_else(|| quote!(<'de>), |lifetime| quote!(<'de: #lifetime, #lifetime>))
    }

    /// The type itself.
    pub(crate) fn this(&self) -> TokenStream {
        let (ident, params) = (&self.ident, self.params());
        quote!(#ident #params)
    }
}
