//! The rules that a service keeps; each mistake is pointed at the guilty token.

use quote::ToTokens;
use syn::{FnArg, GenericArgument, ItemTrait, LitStr, PathArguments, Receiver, Signature, Type};

use super::ast::Method;
use super::attr::ServiceAttrs;
use crate::common::errors::Errors;

/// The trait as a whole.
pub(super) fn whole(item: &ItemTrait, errors: &mut Errors) {
    if !item.generics.params.is_empty() {
        errors.push(&item.generics, "a service has no type parameters: write a trait for each type");
    }
    if let Some(unsafety) = &item.unsafety {
        errors.push(unsafety, "a service is called from afar, where nobody keeps an unsafe promise");
    }
}

pub(super) fn signature(signature: &Signature, errors: &mut Errors) {
    if signature.asyncness.is_none() {
        errors.push(signature.fn_token, "a method is an `async fn`: a call takes time");
    }
    if let Some(parameters) = signature.generics.params.first() {
        let message = "a method has no type parameters, nor named lifetimes: its message has one shape";
        errors.push(parameters, message);
    }
    match signature.inputs.first() {
        Some(FnArg::Receiver(receiver)) => self_argument(receiver, errors),
        Some(other) => errors.push(other, "a method takes `&self` first"),
        None => errors.push(&signature.ident, "a method takes `&self` first"),
    }
}

fn self_argument(receiver: &Receiver, errors: &mut Errors) {
    let shared = receiver.reference.is_some() && receiver.mutability.is_none();
    if !shared || receiver.colon_token.is_some() {
        errors.push(receiver, "a method takes `&self`: many calls run at once");
    }
}

/// What a method returns, as far as one can see; whether that is a stream.
pub(super) fn output(ty: &Type, errors: &mut Errors) -> bool {
    if let Type::Tuple(tuple) = ty
        && tuple.elems.is_empty()
    {
        errors.push(ty, "a method returns a `Result`: write `-> polyrpc::Result<()>`");
    }
    if is_stream(ty) {
        errors.push(
            ty,
            "a method returns a `Result`, of a stream too: write `-> polyrpc::Result<Streaming<…>>`",
        );
        return true;
    }
    let held = type_arguments(ty);
    let streams = held.first().is_some_and(|first| is_stream(first));
    let mut nested = held.iter().flat_map(|ty| if is_stream(ty) { type_arguments(ty) } else { vec![*ty] });
    if let Some(inside) = nested.find(|ty| mentions_stream(ty)) {
        errors.push(inside, "a stream is the whole result: it stands in no other type");
    }
    streams
}

/// Whether the type is a stream: told by its last segment.
pub(super) fn is_stream(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Streaming"))
}

fn mentions_stream(ty: &Type) -> bool {
    is_stream(ty) || type_arguments(ty).into_iter().any(mentions_stream)
}

/// The types between the angle brackets of a path's last segment.
fn type_arguments(ty: &Type) -> Vec<&Type> {
    let Type::Path(path) = ty else { return Vec::new() };
    match path.path.segments.last().map(|last| &last.arguments) {
        Some(PathArguments::AngleBracketed(list)) => list
            .args
            .iter()
            .filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether an argument is the call's context: told by the last segment of its type.
pub(super) fn is_context(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => match &*reference.elem {
            Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Context"),
            _ => false,
        },
        _ => false,
    }
}

/// What the request message holds for an argument, and whether that borrows from the call.
pub(super) fn argument(ty: &Type, errors: &mut Errors) -> Option<(Type, bool)> {
    if mentions_stream(ty) {
        errors.push(ty, "a stream is an argument by itself: it stands in no other type");
        return None;
    }
    match ty {
        Type::Reference(reference) => {
            let plain = reference.mutability.is_none() && reference.lifetime.is_none();
            let held = match &*reference.elem {
                Type::Path(path) if plain && path.path.is_ident("str") => {
                    Some(syn::parse_quote!(__rpc::Str<'args>))
                }
                Type::Slice(slice) if plain && slice.elem.to_token_stream().to_string() == "u8" => {
                    Some(syn::parse_quote!(__rpc::ByteStr<'args>))
                }
                _ => None,
            };
            // A lifetime that is named is a mistake where it is declared.
            let declared = reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident != "static");
            if held.is_none() && !declared {
                errors.push(ty, "of references `&str` and `&[u8]` can be arguments: take the value itself");
            }
            held.map(|held| (held, true))
        }
        Type::ImplTrait(_) => {
            errors.push(ty, "an argument has one type, which its callers can see");
            None
        }
        ty => Some((ty.clone(), false)),
    }
}

/// `bare`: one argument, which is the message.
pub(super) fn bare(method: &Method, errors: &mut Errors) {
    if method.bare && method.arguments.len() != 1 {
        errors.push(&method.ident, "a `bare` method has one argument, which is the request message itself");
    }
}

/// `oneway`: nobody waits for what it returns, nor for when it has read.
pub(super) fn oneway(method: &Method, errors: &mut Errors) {
    if method.oneway && (method.streams || method.stream.is_some()) {
        errors.push(&method.ident, "a one-way call has no streams: nobody would hear of how they end");
    }
}

/// The names of a stream belong to a method that returns one.
pub(super) fn subscription(method: &Method, errors: &mut Errors) {
    let named = method.names.notification.is_some() || method.names.unsubscribe.is_some();
    if named && !method.streams {
        errors.push(&method.ident, "only a method that returns a stream has notifications to name");
    }
}

/// No two methods are called by one name.
pub(super) fn distinct(method: &Method, before: &[Method], errors: &mut Errors) {
    let names = |method: &Method| {
        [("in gRPC", method.names.grpc.clone()), ("in the text protocols", method.names.text.clone())]
    };
    for other in before {
        for ((place, name), (_, taken)) in names(method).into_iter().zip(names(other)) {
            if name == taken {
                let message = format!(
                    "`{}` is called `{name}` {place} already: give this one another name, #[rpc(name = \"…\")]",
                    other.ident
                );
                errors.push(&method.ident, message);
                return;
            }
        }
    }
}

pub(super) fn package(package: &LitStr, errors: &mut Errors) {
    if !package.value().split('.').all(is_identifier) {
        errors.push(package, "a package is names of letters, digits and `_`, joined by dots: `shop.v1`");
    }
}

pub(super) fn service_name(name: &str, attrs: &ServiceAttrs, item: &ItemTrait, errors: &mut Errors) {
    if !is_identifier(name) {
        let message = format!("`{name}` is no name in proto: use ASCII letters, digits and `_`");
        match &attrs.name {
            Some(text) => errors.push(text, message),
            None => errors.push(&item.ident, message),
        }
    }
    if let Some(Some(short)) = &attrs.short
        && !short.value().is_empty()
    {
        method_name(short, errors);
    }
}

/// A name in the text protocols.
pub(super) fn method_name(text: &LitStr, errors: &mut Errors) {
    let name = text.value();
    if name.is_empty() || name.chars().any(|c| c.is_whitespace() || c.is_control()) {
        errors.push(text, "a name has no blanks, and is not empty");
    }
    if name.starts_with("rpc.") || name.starts_with("system.") {
        errors.push(text, "names that begin with `rpc.` and `system.` belong to the protocols");
    }
}

pub(super) fn grpc_name(text: &LitStr, errors: &mut Errors) {
    if !is_identifier(&text.value()) {
        errors.push(text, "a gRPC name has ASCII letters, digits and `_`");
    }
}

fn is_identifier(name: &str) -> bool {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    plain && !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit())
}
