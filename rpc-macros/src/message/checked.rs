//! The types of others, as generated code uses them.
//!
//! Every use has the type's own span, and goes by way of `Describe::Known`: so that a type which cannot travel is
//! one mistake with one message, and not one for each use. From there it goes by way of `Value`, which a stream is not.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

/// A function of `Encodes` for a type.
pub(crate) fn encodes(ty: &Type, function: &str) -> TokenStream {
    by_way(ty, &quote!(__rpc::Encodes<#ty>), function)
}

/// A function of `Decodes` for a type.
pub(crate) fn decodes(ty: &Type, function: &str) -> TokenStream {
    by_way(ty, &quote!(__rpc::Decodes<'_, #ty>), function)
}

/// A function or constant of `Describe` for a type.
pub(crate) fn describes(ty: &Type, item: &str) -> TokenStream {
    associated(ty, &quote!(__rpc::Describe), item)
}

/// An associated item of a type, as one of those of `path`.
fn associated(ty: &Type, path: &TokenStream, item: &str) -> TokenStream {
    let (first, last) = ends(ty);
    let (open, item) = (quote_spanned!(first=> <), Ident::new(item, last));
    quote_spanned!(last=> #open #ty as #path>::#item)
}

/// A function of the trait `way` for a type that stands in a signature, and which the trait at `path` knows.
pub(crate) fn signed(ty: &Type, path: &TokenStream, way: &TokenStream, function: &str) -> TokenStream {
    let known = associated(ty, path, "Known");
    let (first, last) = ends(ty);
    let (open, function) = (quote_spanned!(first=> <), Ident::new(function, last));
    quote_spanned!(last=> #open #open #known as __rpc::Value>::Way as #way<#ty>>::#function)
}

/// What finds the schema of an error of what a method returns: `item` of the trait at `path`.
pub(crate) fn probe(output: &Type, path: &TokenStream, item: &str) -> TokenStream {
    let failure = associated(output, path, item);
    let (first, last) = ends(output);
    let open = quote_spanned!(first=> __rpc);
    quote_spanned!(last=> #open::ErrorProbe::<#failure>::NEW)
}

fn by_way(ty: &Type, way: &TokenStream, function: &str) -> TokenStream {
    let known = associated(ty, &quote!(__rpc::Describe), "Known");
    let (first, last) = ends(ty);
    let (open, function) = (quote_spanned!(first=> <), Ident::new(function, last));
    quote_spanned!(last=> #open #open #known<__rpc::Direct> as __rpc::Value>::Way as #way>::#function)
}

/// The spans of a type's first and last token: what begins at one and ends at the other has the type's own span,
/// which the compiler otherwise gives the type alone.
fn ends(ty: &Type) -> (Span, Span) {
    let mut spans = ty.to_token_stream().into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    (first, spans.last().unwrap_or(first))
}
