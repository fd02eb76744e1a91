//! The model of an enum of errors.

use syn::{Ident, LitStr, Member, Path, Type};

use crate::message::Message;

/// An enum of errors.
pub(super) struct RpcError {
    pub(super) ident: Ident,
    /// The path of the facade, of which `__private` is a module.
    pub(super) krate: Path,
    /// What the callers may get, as a data enum; none where no variant is for them.
    pub(super) message: Option<Message>,
    pub(super) variants: Vec<Variant>,
    /// Whether `Display`, `Error` and `From` are written: not where another derive or the user's hand does it.
    pub(super) displayed: bool,
}

/// A variant, with what a caller gets of it.
pub(super) struct Variant {
    pub(super) ident: Ident,
    pub(super) kind: Kind,
    /// What it says; without one it says what its only field says.
    pub(super) text: Option<Text>,
    pub(super) source: Option<Source>,
}

/// What a caller gets.
pub(super) enum Kind {
    /// The variant itself, under a code.
    Typed { code: Ident },
    /// Nothing but an id; where the variant has no message, it says what this field says.
    Internal { only: Option<Content> },
    /// The status that the variant holds.
    Status { content: Content },
}

/// The only field of a variant.
#[derive(Clone)]
pub(super) struct Content {
    pub(super) member: Member,
    pub(super) ty: Type,
}

/// A message for people, as `format_args!` takes it: each argument by its position.
pub(super) struct Text {
    pub(super) format: LitStr,
    pub(super) arguments: Vec<Member>,
}

/// The field that holds the error which led to this one.
pub(super) struct Source {
    pub(super) content: Content,
    /// Whether the variant is made of it (`#[from]`).
    pub(super) from: bool,
}
