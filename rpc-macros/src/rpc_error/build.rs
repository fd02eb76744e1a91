//! From an enum to its model.

use syn::{Data, DeriveInput};

use super::ast::{Content, Kind, RpcError, Source, Variant};
use super::attr::{self, Role, VariantAttrs};
use super::{format, valid};
use crate::common::errors::Errors;
use crate::message::attr::{ItemAttrs, TypeAttrs};
use crate::message::valid::Numbers;
use crate::message::{self, Message, Shape};

/// The model of an enum; mistakes are added to `errors`.
pub(super) fn error(input: &DeriveInput, errors: &mut Errors) -> Option<RpcError> {
    message::valid::generics(&input.generics, "an error", errors);
    let type_attrs = message::attr::of_error(input, errors);
    let data = match &input.data {
        Data::Enum(data) => data,
        Data::Struct(data) => {
            errors.push(data.struct_token, "an error is an enum, with a variant for each way to fail");
            return None;
        }
        Data::Union(data) => {
            errors.push(data.union_token, "an error is an enum, with a variant for each way to fail");
            return None;
        }
    };
    let rust: Vec<&syn::Variant> = data.variants.iter().collect();
    let own: Vec<VariantAttrs> = rust.iter().map(|variant| attr::of_variant(variant, errors)).collect();
    valid::status(input, &own, errors);
    let elsewhere = attr::displayed_elsewhere(input, &rust);
    let displayed = valid::messages(&rust, &own, elsewhere, errors);
    let variants: Vec<Option<Variant>> =
        rust.iter().zip(&own).map(|(rust, own)| variant(rust, own, displayed, errors)).collect();
    let message = message(input, &rust, own, type_attrs, errors);
    let variants = variants.into_iter().collect::<Option<Vec<Variant>>>()?;
    let krate = message::attr::krate(input);
    Some(RpcError { ident: input.ident.clone(), krate, message, variants, displayed })
}

fn variant(rust: &syn::Variant, own: &VariantAttrs, displayed: bool, errors: &mut Errors) -> Option<Variant> {
    let (role, key) = own.role.as_ref()?;
    valid::tag(*role, own, errors);
    let only = only(rust);
    let kind = match role {
        Role::Typed => Kind::Typed { code: key.clone() },
        Role::Status => Kind::Status { content: valid::held_status(rust, only, own, errors)? },
        Role::Internal => {
            if displayed && own.message.is_none() && only.is_none() {
                let message = "an internal variant says what the error says that is its only field: give it one \
                               (`Db(sqlx::Error)`), or a message (#[rpc(internal, \"…\")])";
                errors.push(&rust.ident, message);
            }
            Kind::Internal { only }
        }
    };
    let text = match &own.message {
        Some(literal) => Some(format::parse(literal, &rust.fields, errors)?),
        None => None,
    };
    Some(Variant { ident: rust.ident.clone(), kind, text, source: source(rust, *role, displayed, errors) })
}

/// The only field of a variant.
fn only(rust: &syn::Variant) -> Option<Content> {
    let mut fields = rust.fields.members().zip(&rust.fields);
    match (fields.next(), fields.next()) {
        (Some((member, field)), None) => Some(Content { member, ty: field.ty.clone() }),
        _ => None,
    }
}

/// The field that is marked as the source, or is called so.
fn source(rust: &syn::Variant, role: Role, displayed: bool, errors: &mut Errors) -> Option<Source> {
    if !displayed {
        return None;
    }
    let mut found = None;
    for (member, field) in rust.fields.members().zip(&rust.fields) {
        let from = attr::find(&field.attrs, "from");
        let marked = from.or_else(|| attr::find(&field.attrs, "source"));
        let called = field.ident.as_ref().is_some_and(|ident| ident == "source");
        if let Some(from) = from {
            valid::from(rust, role, from, errors);
        }
        match (&found, marked) {
            (Some(Source { .. }), Some(marked)) => errors.push(marked, "an error has one source"),
            (None, _) if marked.is_some() || called => {
                let content = Content { member, ty: field.ty.clone() };
                found = Some(Source { content, from: from.is_some() });
            }
            _ => {}
        }
    }
    found
}

/// What the callers may get, as a data enum. What they never get keeps its number unused.
fn message(
    input: &DeriveInput,
    rust: &[&syn::Variant],
    own: Vec<VariantAttrs>,
    type_attrs: TypeAttrs,
    errors: &mut Errors,
) -> Option<Message> {
    let mut numbers = Numbers::new(&type_attrs.reserved);
    let (mut variants, mut unsent) = (Vec::new(), Vec::new());
    for (rust, own) in rust.iter().zip(own) {
        let serde = message::attr::serde_of_variant(&rust.attrs, errors);
        let tag = numbers.next(own.tag.as_ref(), &rust.ident, errors);
        match own.role {
            Some((Role::Typed, _)) => {
                let attrs = ItemAttrs { tag: own.tag, other: false, serde };
                variants.push(message::build::variant(rust, attrs, tag, &type_attrs, errors));
            }
            _ => unsent.push(rust.ident.clone()),
        }
    }
    message::valid::variants(&variants, errors);
    if variants.is_empty() {
        return None;
    }
    let message = Message {
        ident: input.ident.clone(),
        lifetime: None,
        krate: message::attr::krate(input),
        package: type_attrs.package,
        docs: message::attr::documentation(&input.attrs),
        reserved: type_attrs.reserved,
        shape: Shape::Union { variants, other: None, unsent },
        arguments: None,
    };
    message::valid::message(&message, errors);
    Some(message)
}
