//! What an error says: `Display`, `Error`, and `From` for what it is made of.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Ident, spanned::Spanned};

use super::ast::{Content, Kind, RpcError, Source, Text, Variant};

pub(super) fn render(error: &RpcError) -> TokenStream {
    if !error.displayed {
        return TokenStream::new();
    }
    let ident = &error.ident;
    let says = error.variants.iter().map(|variant| says(ident, variant));
    let sources = error.variants.iter().filter_map(|variant| source(ident, variant));
    let froms = error.variants.iter().filter_map(|variant| from(ident, variant));
    let span = Span::call_site().located_at(ident.span());
    let error_impl = quote_spanned!(span=> impl ::core::error::Error for #ident);
    quote! {
        impl ::core::fmt::Display for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self {
                    #(#says)*
                }
            }
        }

        #error_impl {
            fn source(&self) -> ::core::option::Option<&(dyn ::core::error::Error + 'static)> {
                match self {
                    #(#sources)*
                    #[allow(unreachable_patterns)]
                    _ => ::core::option::Option::None,
                }
            }
        }

        #(#froms)*
    }
}

fn says(ident: &Ident, variant: &Variant) -> TokenStream {
    let name = &variant.ident;
    if let Some(Text { format, arguments }) = &variant.text {
        let span = Span::call_site().located_at(format.span());
        let values: Vec<Ident> =
            (0..arguments.len()).map(|index| Ident::new(&format!("f{index}"), span)).collect();
        return quote! {
            #ident::#name { #(#arguments: #values,)* .. } => ::core::write!(f, #format #(, #values)*),
        };
    }
    match said_by_content(&variant.kind) {
        Some((member, inner)) => {
            quote!(#ident::#name { #member: content } => ::core::fmt::Display::fmt(#inner, f),)
        }
        // A variant of neither kind has its message.
        None => TokenStream::new(),
    }
}

/// The field that speaks for a variant without a message of its own, and the error in it.
fn said_by_content(kind: &Kind) -> Option<(&syn::Member, TokenStream)> {
    match kind {
        Kind::Internal { only: Some(Content { member, ty }) } => {
            let span = Span::call_site().located_at(ty.span());
            Some((member, quote_spanned!(span=> <#ty as __rpc::Cause<_>>::as_error(content))))
        }
        Kind::Status { content: Content { member, ty } } => {
            let span = Span::call_site().located_at(ty.span());
            Some((member, quote_spanned!(span=> <#ty as __rpc::IsStatus>::as_status(content))))
        }
        Kind::Internal { only: None } | Kind::Typed { .. } => None,
    }
}

fn source(ident: &Ident, variant: &Variant) -> Option<TokenStream> {
    let name = &variant.ident;
    if variant.text.is_none()
        && let Some((member, inner)) = said_by_content(&variant.kind)
    {
        // Its text stands for this error already, so that what led there is next.
        return Some(quote!(#ident::#name { #member: content } => ::core::error::Error::source(#inner),));
    }
    let Source { content: Content { member, ty }, .. } = variant.source.as_ref()?;
    let span = Span::call_site().located_at(ty.span());
    let inner = quote_spanned!(span=> <#ty as __rpc::Cause<_>>::as_error(content));
    Some(quote!(#ident::#name { #member: content, .. } => ::core::option::Option::Some(#inner),))
}

fn from(ident: &Ident, variant: &Variant) -> Option<TokenStream> {
    let Source { content: Content { member, ty }, from: true } = variant.source.as_ref()? else {
        return None;
    };
    let name = &variant.ident;
    let span = Span::call_site().located_at(ty.span());
    let head = quote_spanned!(span=> impl ::core::convert::From<#ty> for #ident);
    Some(quote! {
        #head {
            fn from(content: #ty) -> Self {
                #ident::#name { #member: content }
            }
        }
    })
}
