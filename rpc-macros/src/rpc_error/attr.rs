//! The attributes of errors: `#[rpc]` on variants, `#[from]` and `#[source]` on fields.

use syn::{Attribute, DeriveInput, Ident, LitStr};

use crate::common::errors::Errors;
use crate::common::keys::{Item, Shape, Table, Value};

const INTERNAL: &str = "internal";
const STATUS: &str = "status";

const VARIANT: Table = Table {
    place: "#[rpc] on an error's variant",
    keys: &[
        ("Cancelled", Shape::Flag),
        ("Unknown", Shape::Flag),
        ("InvalidArgument", Shape::Flag),
        ("DeadlineExceeded", Shape::Flag),
        ("NotFound", Shape::Flag),
        ("AlreadyExists", Shape::Flag),
        ("PermissionDenied", Shape::Flag),
        ("ResourceExhausted", Shape::Flag),
        ("FailedPrecondition", Shape::Flag),
        ("Aborted", Shape::Flag),
        ("OutOfRange", Shape::Flag),
        ("Unimplemented", Shape::Flag),
        ("Internal", Shape::Flag),
        ("Unavailable", Shape::Flag),
        ("DataLoss", Shape::Flag),
        ("Unauthenticated", Shape::Flag),
        (INTERNAL, Shape::Flag),
        (STATUS, Shape::Flag),
        ("message", Shape::Literal),
        ("tag", Shape::Number),
    ],
};

/// What a variant is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Typed,
    Internal,
    Status,
}

/// The `#[rpc]` of a variant.
pub(super) struct VariantAttrs {
    /// The role, and the code or word that gives it; none if that is missing.
    pub(super) role: Option<(Role, Ident)>,
    pub(super) message: Option<LitStr>,
    pub(super) tag: Option<(u32, Ident)>,
}

pub(super) fn of_variant(variant: &syn::Variant, errors: &mut Errors) -> VariantAttrs {
    let before = errors.count();
    let mut attrs = VariantAttrs { role: None, message: None, tag: None };
    for Item { key, value } in VARIANT.read_all("rpc", &variant.attrs, errors) {
        match value {
            Value::Text(message) => attrs.message = Some(message),
            Value::Number(tag) => attrs.tag = Some((tag, key)),
            _ => match &attrs.role {
                Some((_, first)) => {
                    errors.push(&key, format!("the variant is `{first}` already: write one of the two"));
                }
                None => attrs.role = Some((role(&key), key)),
            },
        }
    }
    if attrs.role.is_none() && errors.count() == before {
        let message = "say what a caller gets of it: a code and a message (#[rpc(NotFound, \"…\")]), nothing but \
                       an id (#[rpc(internal)]), or the status that it holds (#[rpc(status)])";
        errors.push(&variant.ident, message);
    }
    attrs
}

fn role(key: &Ident) -> Role {
    match key {
        key if key == INTERNAL => Role::Internal,
        key if key == STATUS => Role::Status,
        _ => Role::Typed,
    }
}

/// The attribute of that name without arguments, which other derives know too.
pub(super) fn find<'a>(attrs: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attrs.iter().find(|attr| attr.path().is_ident(name))
}

/// Whether another derive makes the messages, as thiserror does of `#[error]`.
pub(super) fn displayed_elsewhere(input: &DeriveInput, variants: &[&syn::Variant]) -> bool {
    let own = find(&input.attrs, "error");
    own.or_else(|| variants.iter().find_map(|variant| find(&variant.attrs, "error"))).is_some()
}
