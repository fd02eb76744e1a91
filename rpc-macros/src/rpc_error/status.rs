//! Between an error and a status: `From`, both ways.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Ident, spanned::Spanned};

use super::ast::{Content, Kind, RpcError, Variant};

pub(super) fn render(error: &RpcError) -> TokenStream {
    let RpcError { ident, message, variants, .. } = error;
    let codes = variants.iter().map(|variant| code(ident, variant, message.is_some()));
    let wrapped = variants.iter().find_map(|variant| wrapped(ident, variant));
    let span = Span::call_site().located_at(ident.span());
    let raised = match message {
        Some(_) => quote_spanned!(span=> __rpc::raise(error, code)),
        None => quote_spanned!(span=> __rpc::Status::hidden(error)),
    };
    let code = message.is_some().then(|| quote!(let code =));
    let found = message.is_some().then(|| {
        quote! {
            if let ::core::option::Option::Some(error) = __rpc::raised::<#ident>(&status) {
                return error;
            }
        }
    });
    quote! {
        impl ::core::convert::From<#ident> for __rpc::Status {
            fn from(error: #ident) -> __rpc::Status {
                #code match error {
                    #(#codes)*
                };
                #raised
            }
        }

        impl ::core::convert::From<__rpc::Status> for #ident {
            fn from(status: __rpc::Status) -> #ident {
                #found
                #wrapped
            }
        }
    }
}

fn code(ident: &Ident, variant: &Variant, typed: bool) -> TokenStream {
    let name = &variant.ident;
    match &variant.kind {
        Kind::Typed { code } => {
            quote!(#ident::#name { .. } => ::core::option::Option::Some(__rpc::Code::#code),)
        }
        Kind::Internal { .. } if typed => quote!(#ident::#name { .. } => ::core::option::Option::None,),
        Kind::Internal { .. } => quote!(#ident::#name { .. } => {}),
        Kind::Status { content: Content { member, ty } } => {
            let span = Span::call_site().located_at(ty.span());
            let status = quote_spanned!(span=> <#ty as __rpc::IsStatus>::into_status(status));
            quote!(#ident::#name { #member: status } => return #status,)
        }
    }
}

fn wrapped(ident: &Ident, variant: &Variant) -> Option<TokenStream> {
    let Kind::Status { content: Content { member, ty } } = &variant.kind else { return None };
    let name = &variant.ident;
    let span = Span::call_site().located_at(ty.span());
    let status = quote_spanned!(span=> <#ty as __rpc::IsStatus>::of_status(status));
    Some(quote!(#ident::#name { #member: #status }))
}
