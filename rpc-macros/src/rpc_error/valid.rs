//! The rules that an error keeps; each mistake is pointed at the guilty token.

use syn::{Attribute, DeriveInput, Fields};

use super::ast::Content;
use super::attr::{Role, VariantAttrs};
use crate::common::errors::Errors;

/// There is one variant for what the wire itself may raise.
pub(super) fn status(input: &DeriveInput, own: &[VariantAttrs], errors: &mut Errors) {
    let mut keys = own.iter().filter_map(|attrs| match &attrs.role {
        Some((Role::Status, key)) => Some(key),
        _ => None,
    });
    if keys.next().is_none() && errors.count() == 0 {
        let message = "an error without its status variant: a call may also fail on its way, so add \
                       `#[rpc(status)] Rpc(polyrpc::Status)`";
        errors.push(&input.ident, message);
    }
    for key in keys {
        errors.push(key, "the error has its status variant already: a status could become either");
    }
}

/// Either all variants for the callers have their message here, or none has. Returns whether they have.
pub(super) fn messages(
    rust: &[&syn::Variant],
    own: &[VariantAttrs],
    elsewhere: bool,
    errors: &mut Errors,
) -> bool {
    let first = own.iter().find_map(|attrs| attrs.message.as_ref());
    if let (Some(first), true) = (first, elsewhere) {
        errors.push(first, "a message stands in #[rpc] or in #[error], for all variants in the same of them");
        return false;
    }
    let missing = rust.iter().zip(own).filter_map(|(variant, attrs)| match &attrs.role {
        Some((Role::Typed, key)) if attrs.message.is_none() => Some((variant, key)),
        _ => None,
    });
    let mut missing = missing.peekable();
    let all = missing.peek().is_none();
    if first.is_some() {
        for (variant, key) in missing {
            let message = format!(
                "`{}` has no message: write #[rpc({key}, \"…\")], or no message at all where Display and Error \
                 are written elsewhere",
                variant.ident
            );
            errors.push(key, message);
        }
    }
    all && !elsewhere
}

/// Only what travels has a number.
pub(super) fn tag(role: Role, own: &VariantAttrs, errors: &mut Errors) {
    if let (Role::Internal | Role::Status, Some((_, key))) = (role, &own.tag) {
        errors.push(key, "the variant does not travel, so that it has no number");
    }
}

/// The status variant holds one status, which has its own message.
pub(super) fn held_status(
    rust: &syn::Variant,
    only: Option<Content>,
    own: &VariantAttrs,
    errors: &mut Errors,
) -> Option<Content> {
    if let Some(message) = &own.message {
        errors.push(message, "a status says its own message: remove this one");
    }
    if only.is_none() {
        let message = format!("the status variant holds one Status: write `{}(polyrpc::Status)`", rust.ident);
        errors.push(rust, message);
    }
    only
}

/// A variant that is made of another error holds nothing else.
pub(super) fn from(rust: &syn::Variant, role: Role, from: &Attribute, errors: &mut Errors) {
    match (role, &rust.fields) {
        (Role::Status, _) => {
            errors.push(from, "every status becomes this variant without #[from]: remove it");
        }
        (_, fields) if fields.len() != 1 => {
            errors.push(from, "a variant that is made of another error holds nothing beside it");
        }
        (_, Fields::Unnamed(_) | Fields::Named(_) | Fields::Unit) => {}
    }
}
