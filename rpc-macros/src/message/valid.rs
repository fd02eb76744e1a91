//! The rules that a message keeps; each mistake is pointed at the guilty token.

use std::collections::HashMap;

use quote::ToTokens;
use syn::{DeriveInput, Expr, GenericArgument, GenericParam, Generics, Ident, PathArguments, Type};
use syn::{Variant as RustVariant, spanned::Spanned};

use super::ast::{Fields, Message, Reserved, Shape, Value, Variant};
use super::attr::ItemAttrs;
use crate::common::case;
use crate::common::errors::Errors;

/// Field numbers, given out in the order of declaration: each one more than the last.
pub(crate) struct Numbers<'a> {
    reserved: &'a Reserved,
    used: Vec<u32>,
    last: u32,
}

impl<'a> Numbers<'a> {
    pub(crate) fn new(reserved: &'a Reserved) -> Numbers<'a> {
        Numbers { reserved, used: Vec::new(), last: 0 }
    }

    /// The number of the next field: the given one, or the next in order.
    pub(crate) fn next(
        &mut self,
        given: Option<&(u32, Ident)>,
        field: &dyn ToTokens,
        errors: &mut Errors,
    ) -> u32 {
        let number = given.map_or(self.last.saturating_add(1), |(number, _)| *number);
        let mistake = match number {
            0 | 0x2000_0000.. => Some(format!("field numbers are 1 to 536870911, not {number}")),
            19_000..=19_999 => {
                Some(format!("field number {number} is reserved by protobuf (19000 to 19999)"))
            }
            _ if self.used.contains(&number) => Some(format!("field number {number} is used twice")),
            _ if self.reserved.tags.contains(&number) => Some(format!("field number {number} is reserved")),
            _ => None,
        };
        if let Some(message) = mistake {
            let place: &dyn ToTokens = given.map_or(field, |(_, key)| key);
            errors.push(place.to_token_stream(), message);
        }
        self.used.push(number);
        self.last = number;
        number
    }
}

/// Refuses parameters of `what`, a message or an error.
pub(crate) fn generics(generics: &Generics, what: &str, errors: &mut Errors) {
    for param in &generics.params {
        match param {
            GenericParam::Lifetime(param) => {
                errors.push(param, format!("{what} owns its data: use String for &str, Vec<u8> for &[u8]"));
            }
            param => errors.push(param, format!("{what} has no type parameters: write one for each type")),
        }
    }
}

/// Refuses what one can see of a type. The type itself refuses the rest, when it is compiled.
pub(super) fn ty(ty: &Type, errors: &mut Errors) {
    if let (Some(content), true) = (content(ty, "Option"), true)
        && self::content(content, "Option").is_some()
    {
        errors.push(ty, "an Option of an Option cannot travel: the texts could not tell the two Nones apart");
        return;
    }
    // A lifetime that is named is a mistake where it is declared.
    if let Type::Reference(reference) = ty
        && reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident == "static")
    {
        errors.push(reference, "a message owns its data: use String for &str, Vec<u8> for &[u8]");
    }
    for argument in arguments(ty) {
        self::ty(argument, errors);
    }
}

fn content<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    match ty {
        Type::Path(path) if path.path.segments.last()?.ident == name => arguments(ty).next(),
        _ => None,
    }
}

fn arguments(ty: &Type) -> impl Iterator<Item = &Type> {
    let segment = match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    };
    let list = segment.and_then(|segment| match &segment.arguments {
        PathArguments::AngleBracketed(list) => Some(&list.args),
        _ => None,
    });
    list.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The only field of a newtype has no name and no number that could be changed.
pub(super) fn newtype(attrs: &ItemAttrs, field: &syn::Field, errors: &mut Errors) {
    let serde = &attrs.serde;
    if attrs.tag.is_some() || serde.rename.is_some() || serde.default.is_some() || serde.skip {
        errors.push(&field.ty, "the content of a newtype is the value itself: it takes no attributes");
    }
}

/// The variant that stands for unknown ones.
pub(super) fn other<'a>(
    variants: impl Iterator<Item = (&'a RustVariant, &'a ItemAttrs)>,
    errors: &mut Errors,
) -> Option<Ident> {
    let mut found: Option<Ident> = None;
    for (variant, _) in variants.filter(|(_, attrs)| attrs.other) {
        if !matches!(variant.fields, syn::Fields::Unit) {
            errors.push(variant, "the variant that stands for unknown ones holds no data");
        }
        match &found {
            None => found = Some(variant.ident.clone()),
            Some(first) => errors.push(variant, format!("`{first}` stands for the unknown variants already")),
        }
    }
    found
}

/// The number of a value: the given one, the Rust discriminant, or one more than the last.
pub(super) fn number(
    variant: &RustVariant,
    tag: Option<&(u32, Ident)>,
    before: &[Value],
    errors: &mut Errors,
) -> i32 {
    let next = before.last().map_or(0, |value| value.number.saturating_add(1));
    match (tag, &variant.discriminant) {
        (Some((number, key)), _) => errors
            .take(i32::try_from(*number).map_err(|_| syn::Error::new_spanned(key, "beyond 2147483647")))
            .unwrap_or(next),
        (None, Some((_, expr))) => match literal(expr) {
            Some(number) => number,
            None => {
                errors.push(expr, "write the number as a literal, or as #[rpc(tag = …)]");
                next
            }
        },
        (None, None) => next,
    }
}

fn literal(expr: &Expr) -> Option<i32> {
    expr.to_token_stream().to_string().replace([' ', '_'], "").parse().ok()
}

pub(super) fn values(input: &DeriveInput, values: &[Value], reserved: &Reserved, errors: &mut Errors) {
    if let Some(first) = values.first().filter(|first| first.number != 0) {
        errors.push(&first.ident, "the first value of an enum is number 0 in proto3");
    }
    let mut numbers = HashMap::new();
    for value in values {
        if numbers.insert(value.number, ()).is_some() {
            errors.push(&value.ident, format!("number {} is used twice", value.number));
        }
        if u32::try_from(value.number).is_ok_and(|number| reserved.tags.contains(&number)) {
            errors.push(&value.ident, format!("number {} is reserved", value.number));
        }
        proto_name(&value.ident, &case::plain(&value.ident), errors);
    }
    unique(values.iter().map(|value| (&value.text, value.ident.span())), "text name", errors);
    unique(values.iter().map(|value| (&value.proto, value.ident.span())), "name in proto", errors);
    proto_name(&input.ident, &case::plain(&input.ident), errors);
}

pub(crate) fn variants(variants: &[Variant], errors: &mut Errors) {
    unique(variants.iter().map(|variant| (&variant.text, variant.ident.span())), "text name", errors);
    unique(variants.iter().map(|variant| (&variant.field, variant.ident.span())), "name in proto", errors);
    for variant in variants {
        proto_name(&variant.ident, &variant.field, errors);
    }
}

pub(crate) fn names(fields: &Fields, errors: &mut Errors) {
    unique(fields.fields.iter().map(|field| (&field.text, field.member.span())), "text name", errors);
    unique(fields.fields.iter().map(|field| (&field.json, field.member.span())), "proto3 JSON name", errors);
    for field in &fields.fields {
        proto_name(&field.member, &field.name, errors);
    }
}

pub(crate) fn message(message: &Message, errors: &mut Errors) {
    proto_name(&message.ident, &case::plain(&message.ident), errors);
    let reserved = &message.reserved.names;
    match &message.shape {
        Shape::Struct(fields) => {
            for field in fields.fields.iter().filter(|field| reserved.contains(&field.name)) {
                errors.push(&field.member, format!("the name `{}` is reserved", field.name));
            }
        }
        Shape::Union { variants, .. } => {
            for variant in variants.iter().filter(|variant| reserved.contains(&variant.field)) {
                errors.push(&variant.ident, format!("the name `{}` is reserved", variant.field));
            }
        }
        _ => {}
    }
}

fn unique<'a>(names: impl Iterator<Item = (&'a String, proc_macro2::Span)>, what: &str, errors: &mut Errors) {
    let mut seen = std::collections::HashSet::new();
    for (name, span) in names {
        if !seen.insert(name) {
            errors.add(syn::Error::new(span, format!("the {what} `{name}` is used twice")));
        }
    }
}

fn proto_name(tokens: &dyn ToTokens, name: &str, errors: &mut Errors) {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !plain || name.starts_with(|c: char| c.is_ascii_digit()) {
        let message = format!("`{name}` is no name in proto: use ASCII letters, digits and `_`");
        errors.push(tokens.to_token_stream(), message);
    }
}
