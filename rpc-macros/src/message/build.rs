//! From a type to its model.

use quote::quote;
use syn::{Data, DataEnum, DeriveInput, Fields as RustFields, Member, Variant as RustVariant};

use super::ast::{Content, Default, Field, Fields, Message, Shape, Style, Value, Variant};
use super::attr::{self, ItemAttrs, TypeAttrs};
use super::valid::{self, Numbers};
use crate::common::case::{self, Rename};
use crate::common::errors::Errors;

/// The model of a type; mistakes are added to `errors`.
pub(super) fn message(input: &DeriveInput, errors: &mut Errors) -> Option<Message> {
    valid::generics(&input.generics, "a message", errors);
    let mut attrs = attr::of_type(input, errors);
    let shape = shape(input, &mut attrs, errors)?;
    let message = Message {
        ident: input.ident.clone(),
        lifetime: None,
        krate: attr::krate(input),
        package: attrs.package,
        docs: attr::documentation(&input.attrs),
        reserved: attrs.reserved,
        shape,
        arguments: None,
    };
    valid::message(&message, errors);
    Some(message)
}

fn shape(input: &DeriveInput, attrs: &mut TypeAttrs, errors: &mut Errors) -> Option<Shape> {
    match (attrs.serde.from.take(), attrs.serde.into.take()) {
        (Some(from), Some(into)) => return Some(Shape::Converted { from, into }),
        (None, None) => {}
        (Some(_), None) => {
            errors.push(&input.ident, "a type that is read by `try_from` needs `into` beside it")
        }
        (None, Some(_)) => {
            errors.push(&input.ident, "a type that is written by `into` needs `try_from` beside it")
        }
    }
    match &input.data {
        Data::Struct(data) => structure(input, &data.fields, attrs, errors),
        Data::Enum(data) => enumeration(input, data, attrs, errors),
        Data::Union(data) => {
            errors.push(data.union_token, "a union cannot travel: use a struct or an enum");
            None
        }
    }
}

fn structure(
    input: &DeriveInput,
    rust: &RustFields,
    attrs: &TypeAttrs,
    errors: &mut Errors,
) -> Option<Shape> {
    if let (RustFields::Unnamed(unnamed), 1) = (rust, rust.len())
        && let Some(field) = unnamed.unnamed.first()
    {
        let own = attr::of_field(&field.attrs, errors);
        valid::newtype(&own, field, errors);
        valid::ty(&field.ty, errors);
        return Some(Shape::Transparent { member: Member::from(0), ty: field.ty.clone() });
    }
    let whole = attrs.serde.default.as_ref().map(attr::default_expr);
    let ident = &input.ident;
    let of_whole = |member: &Member| {
        whole.as_ref().map(|whole| {
            quote!({
                let whole: #ident = #whole;
                whole.#member
            })
        })
    };
    let numbers = Numbers::new(&attrs.reserved);
    Some(Shape::Struct(fields(rust, attrs.serde.rename_all, numbers, &of_whole, errors)))
}

/// The fields of a struct or a variant; `of_whole` is the default of a field as part of the struct's.
fn fields(
    rust: &RustFields,
    rename: Option<Rename>,
    mut numbers: Numbers<'_>,
    of_whole: &dyn Fn(&Member) -> Option<proc_macro2::TokenStream>,
    errors: &mut Errors,
) -> Fields {
    let style = if matches!(rust, RustFields::Unnamed(_)) { Style::Array } else { Style::Named };
    let mut fields = Fields { style, fields: Vec::new(), skipped: Vec::new() };
    for (member, field) in rust.members().zip(rust) {
        let attrs = attr::of_field(&field.attrs, errors);
        let default = match (&attrs.serde.default, of_whole(&member)) {
            (Some(Some(path)), _) => Default::Expr(quote!(#path())),
            (Some(None), _) => Default::OfType,
            (None, Some(expr)) => Default::Expr(expr),
            (None, None) => Default::Missing,
        };
        if attrs.serde.skip {
            let filled = match default {
                Default::Expr(expr) => expr,
                _ => attr::default_expr(&None),
            };
            fields.skipped.push((member, filled));
            continue;
        }
        valid::ty(&field.ty, errors);
        let tag = numbers.next(attrs.tag.as_ref(), &member, errors);
        fields.fields.push(self::field(field, member, rename, attrs, tag, default));
    }
    valid::names(&fields, errors);
    fields
}

fn field(
    rust: &syn::Field,
    member: Member,
    rename: Option<Rename>,
    attrs: ItemAttrs,
    tag: u32,
    default: Default,
) -> Field {
    let (name, text) = match &member {
        Member::Named(ident) => {
            let name = case::plain(ident);
            let renamed = rename.map_or(name.clone(), |rename| rename.apply(&name));
            (name, attrs.serde.rename.unwrap_or(renamed))
        }
        Member::Unnamed(index) => (format!("f{}", index.index), index.index.to_string()),
    };
    let json = case::json(&name);
    Field {
        member,
        name,
        text,
        json,
        tag,
        ty: rust.ty.clone(),
        default,
        docs: attr::documentation(&rust.attrs),
    }
}

fn enumeration(
    input: &DeriveInput,
    data: &DataEnum,
    attrs: &TypeAttrs,
    errors: &mut Errors,
) -> Option<Shape> {
    if data.variants.is_empty() {
        errors.push(&input.ident, "an enum without variants has no values that could travel");
        return None;
    }
    let read: Vec<ItemAttrs> =
        data.variants.iter().map(|variant| attr::of_variant(&variant.attrs, errors)).collect();
    let other = valid::other(data.variants.iter().zip(&read), errors);
    let pairs = data.variants.iter().zip(read);
    if data.variants.iter().all(|variant| matches!(variant.fields, RustFields::Unit)) {
        let mut values = Vec::new();
        for (variant, own) in pairs {
            let number = valid::number(variant, own.tag.as_ref(), &values, errors);
            values.push(value(input, variant, own, number, attrs.serde.rename_all));
        }
        valid::values(input, &values, &attrs.reserved, errors);
        return Some(Shape::Enum { values, other });
    }
    let mut numbers = Numbers::new(&attrs.reserved);
    let variants = pairs.map(|(variant, own)| {
        let tag = numbers.next(own.tag.as_ref(), &variant.ident, errors);
        self::variant(variant, own, tag, attrs, errors)
    });
    let variants: Vec<Variant> = variants.collect();
    valid::variants(&variants, errors);
    Some(Shape::Union { variants, other, unsent: Vec::new() })
}

fn value(
    input: &DeriveInput,
    variant: &RustVariant,
    attrs: ItemAttrs,
    number: i32,
    rename: Option<Rename>,
) -> Value {
    let proto =
        format!("{}_{}", case::snake(&case::plain(&input.ident)), case::snake(&case::plain(&variant.ident)));
    Value {
        ident: variant.ident.clone(),
        text: variant_text(variant, &attrs, rename),
        proto: proto.to_uppercase(),
        number,
        docs: attr::documentation(&variant.attrs),
    }
}

fn variant_text(variant: &RustVariant, attrs: &ItemAttrs, rename: Option<Rename>) -> String {
    let name = case::plain(&variant.ident);
    let renamed = rename.map_or(name.clone(), |rename| rename.apply_to_variant(&name));
    attrs.serde.rename.clone().unwrap_or(renamed)
}

/// A variant that holds data, or may: its field number is `tag`.
pub(crate) fn variant(
    rust: &RustVariant,
    own: ItemAttrs,
    tag: u32,
    attrs: &TypeAttrs,
    errors: &mut Errors,
) -> Variant {
    let content = match &rust.fields {
        RustFields::Unit => Content::Empty,
        RustFields::Unnamed(unnamed) if unnamed.unnamed.len() == 1 => {
            let field = &unnamed.unnamed[0];
            valid::newtype(&attr::of_field(&field.attrs, errors), field, errors);
            valid::ty(&field.ty, errors);
            Content::Value(field.ty.clone())
        }
        rust => {
            let rename = own.serde.rename_all.or(attrs.serde.rename_all_fields);
            let reserved = super::ast::Reserved::default();
            Content::Fields(fields(rust, rename, Numbers::new(&reserved), &|_| None, errors))
        }
    };
    Variant {
        ident: rust.ident.clone(),
        text: variant_text(rust, &own, attrs.serde.rename_all),
        field: case::snake(&case::plain(&rust.ident)),
        tag,
        content,
        docs: attr::documentation(&rust.attrs),
    }
}
