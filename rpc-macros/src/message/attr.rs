//! The attributes of messages: `#[rpc]`, and those of serde that mean the same in every protocol.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, DeriveInput, ExprPath, LitStr, Meta, Path, Token, Type};

use super::ast::{Docs, Reserved};
use crate::common::case::Rename;
use crate::common::docs;
use crate::common::errors::Errors;
use crate::common::keys::{Item, Shape, Table, Value};

const TYPE: Table = Table {
    place: "#[rpc] on a message",
    keys: &[("package", Shape::Text), ("crate", Shape::Path), ("reserved", Shape::Reserved)],
};
const ERROR: Table = Table { place: "#[rpc] on an error", keys: TYPE.keys };
const FIELD: Table = Table { place: "#[rpc] on a field", keys: &[("tag", Shape::Number)] };
const VARIANT: Table =
    Table { place: "#[rpc] on a variant", keys: &[("tag", Shape::Number), ("other", Shape::Flag)] };

/// The attributes of a type.
#[derive(Default)]
pub(crate) struct TypeAttrs {
    pub(crate) package: Option<String>,
    pub(crate) reserved: Reserved,
    pub(crate) serde: Serde,
}

/// The attributes of a field or a variant.
#[derive(Default)]
pub(crate) struct ItemAttrs {
    pub(crate) tag: Option<(u32, proc_macro2::Ident)>,
    pub(crate) other: bool,
    pub(crate) serde: Serde,
}

/// Serde's attributes, as far as they are honoured.
#[derive(Default)]
pub(crate) struct Serde {
    pub(crate) rename: Option<String>,
    pub(crate) rename_all: Option<Rename>,
    pub(crate) rename_all_fields: Option<Rename>,
    /// `default`, and the function that it names.
    pub(crate) default: Option<Option<ExprPath>>,
    pub(crate) skip: bool,
    pub(crate) from: Option<Type>,
    pub(crate) into: Option<Type>,
}

/// Where generated code finds the crate: `#[rpc(crate = path)]`, or `::polyrpc`.
pub(crate) fn krate(input: &DeriveInput) -> Path {
    let items = TYPE.read_all("rpc", &input.attrs, &mut Errors::default());
    let path = items.into_iter().find_map(|item| match item.value {
        Value::Path(path) if item.key == "crate" => Some(path),
        _ => None,
    });
    path.unwrap_or_else(|| syn::parse_quote!(::polyrpc))
}

pub(crate) fn of_type(input: &DeriveInput, errors: &mut Errors) -> TypeAttrs {
    let enumeration = matches!(input.data, syn::Data::Enum(_));
    let known = match enumeration {
        true => &["rename", "rename_all", "rename_all_fields", "try_from", "from", "into"][..],
        false => &["rename", "rename_all", "default", "transparent", "try_from", "from", "into"],
    };
    read_type(&TYPE, known, input, errors)
}

/// The attributes of an enum of errors, which is never converted from another type.
pub(crate) fn of_error(input: &DeriveInput, errors: &mut Errors) -> TypeAttrs {
    read_type(&ERROR, &["rename", "rename_all", "rename_all_fields"], input, errors)
}

fn read_type(table: &Table, known: &[&str], input: &DeriveInput, errors: &mut Errors) -> TypeAttrs {
    let mut attrs = TypeAttrs::default();
    for item in table.read_all("rpc", &input.attrs, errors) {
        match item.value {
            Value::Text(text) => attrs.package = Some(text.value()),
            Value::Reserved(tags, names) => attrs.reserved = Reserved { tags, names },
            _ => {}
        }
    }
    attrs.serde = serde(&input.attrs, known, errors);
    attrs
}

pub(crate) fn of_field(attrs: &[Attribute], errors: &mut Errors) -> ItemAttrs {
    let known = &["rename", "default", "skip", "skip_serializing_if"];
    of_item(FIELD.read_all("rpc", attrs, errors), serde(attrs, known, errors))
}

pub(crate) fn of_variant(attrs: &[Attribute], errors: &mut Errors) -> ItemAttrs {
    of_item(VARIANT.read_all("rpc", attrs, errors), serde_of_variant(attrs, errors))
}

pub(crate) fn serde_of_variant(attrs: &[Attribute], errors: &mut Errors) -> Serde {
    serde(attrs, &["rename", "rename_all"], errors)
}

fn of_item(items: Vec<Item>, serde: Serde) -> ItemAttrs {
    let mut attrs = ItemAttrs { serde, ..ItemAttrs::default() };
    for Item { key, value } in items {
        match value {
            Value::Number(tag) => attrs.tag = Some((tag, key)),
            _ => attrs.other = true,
        }
    }
    attrs
}

pub(crate) fn documentation(attrs: &[Attribute]) -> Docs {
    let deprecated = attrs.iter().any(|attr| attr.path().is_ident("deprecated"));
    Docs { text: docs::docs(attrs), deprecated }
}

fn serde(attrs: &[Attribute], known: &[&str], errors: &mut Errors) -> Serde {
    let mut serde = Serde::default();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        let read = |input: ParseStream<'_>| Punctuated::<Meta, Token![,]>::parse_terminated(input);
        for meta in errors.take(attr.parse_args_with(read)).into_iter().flatten() {
            errors.take(serde.read(&meta, known));
        }
    }
    serde
}

impl Serde {
    fn read(&mut self, meta: &Meta, known: &[&str]) -> syn::Result<()> {
        let name = meta.path().get_ident().map(ToString::to_string).unwrap_or_default();
        if !known.contains(&name.as_str()) {
            return Err(refused(meta, &name, known));
        }
        match name.as_str() {
            "rename" => self.rename = Some(text(meta)?.value()),
            "rename_all" => self.rename_all = Some(Rename::parse(&text(meta)?)?),
            "rename_all_fields" => self.rename_all_fields = Some(Rename::parse(&text(meta)?)?),
            "skip" => self.skip = true,
            "default" if matches!(meta, Meta::Path(_)) => self.default = Some(None),
            "default" => self.default = Some(Some(text(meta)?.parse()?)),
            "try_from" | "from" => self.from = Some(text(meta)?.parse()?),
            "into" => self.into = Some(text(meta)?.parse()?),
            "skip_serializing_if" if text(meta)?.value() != "Option::is_none" => {
                return Err(error(meta, "a member is left out where it is None, and only there"));
            }
            // What is left says what is so anyhow: `transparent`, and leaving out what is None.
            _ => {}
        }
        Ok(())
    }
}

fn refused(meta: &Meta, name: &str, known: &[&str]) -> syn::Error {
    let why = match name {
        "flatten" => "a flattened field has no meaning in gRPC: name the field",
        "untagged" | "tag" | "content" => {
            "gRPC tells variants apart by number, so that every protocol must name them: remove it"
        }
        "other" => "write #[rpc(other)], which serves every protocol",
        "alias" => "every protocol knows a field by one name, and by its proto3 JSON name",
        "deny_unknown_fields" => "unknown members are ignored, so that a message can grow",
        "with" | "serialize_with" | "deserialize_with" => {
            "gRPC does not know it: use a newtype with #[serde(try_from = \"…\", into = \"…\")]"
        }
        "skip_serializing" | "skip_deserializing" => {
            "a field travels both ways or not at all: #[serde(skip)]"
        }
        _ => "it has no meaning in gRPC: remove it",
    };
    let known = known.join(", ");
    error(meta, format!("{why} (of serde's attributes these are honoured here: {known})"))
}

/// The text of `name = "text"`; a pair of names, one for each direction, is none.
fn text(meta: &Meta) -> syn::Result<LitStr> {
    let value = match meta {
        Meta::NameValue(pair) => &pair.value,
        _ => return Err(error(meta, "there is one name for both directions: `name = \"…\"`")),
    };
    syn::parse2(quote!(#value)).map_err(|_| error(meta, "write a text: `name = \"…\"`"))
}

fn error(tokens: impl quote::ToTokens, message: impl std::fmt::Display) -> syn::Error {
    syn::Error::new_spanned(tokens, message)
}

/// The expression of a default.
pub(crate) fn default_expr(path: &Option<ExprPath>) -> TokenStream {
    match path {
        Some(path) => quote!(#path()),
        None => quote!(::core::default::Default::default()),
    }
}
