//! The types of others, as generated code names them.
//!
//! Each of a type's uses has the type's own span, and names it by way of `Travels`: so that a type which cannot
//! travel is one mistake with one message, and not one for each use.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Type;
use syn::spanned::Spanned;

/// The span of a type, for what a macro writes about it.
pub(crate) fn located(ty: &Type) -> Span {
    Span::call_site().located_at(ty.span())
}

/// The type itself, if it travels.
pub(crate) fn checked(ty: &Type) -> TokenStream {
    quote_spanned!(located(ty)=> <#ty as __rpc::Travels>::This)
}
