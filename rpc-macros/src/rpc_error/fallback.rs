//! What stands in for an error that has mistakes, so that its uses do not add errors of their own.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Type};

use super::attr::{self, Role, VariantAttrs};
use crate::common::errors::Errors;
use crate::message;

pub(super) fn render(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    let (params, types, bounds) = input.generics.split_for_impl();
    let (message, display) = (message::fallback(input), display(input));
    quote! {
        #message
        impl #params ::core::convert::From<#ident #types> for __rpc::Status #bounds {
            fn from(_: #ident #types) -> __rpc::Status {
                ::core::unreachable!()
            }
        }
        impl #params ::core::convert::From<__rpc::Status> for #ident #types #bounds {
            fn from(_: __rpc::Status) -> Self {
                ::core::unreachable!()
            }
        }
        #display
    }
}

/// What the derive would say, were it right; a message says that it was to say something.
fn display(input: &DeriveInput) -> TokenStream {
    let variants: Vec<&syn::Variant> = match &input.data {
        Data::Enum(data) => data.variants.iter().collect(),
        Data::Struct(_) | Data::Union(_) => Vec::new(),
    };
    // The mistakes are reported already.
    let mut ignored = Errors::default();
    let own: Vec<VariantAttrs> =
        variants.iter().map(|variant| attr::of_variant(variant, &mut ignored)).collect();
    let speaks = own.iter().any(|attrs| attrs.message.is_some());
    if !speaks || attr::displayed_elsewhere(input, &variants) {
        return TokenStream::new();
    }
    let ident = &input.ident;
    let mut debugged = input.generics.clone();
    debugged.make_where_clause().predicates.push(syn::parse_quote!(Self: ::core::fmt::Debug));
    let (params, types, bounds) = input.generics.split_for_impl();
    let (_, _, debug) = debugged.split_for_impl();
    let made_of = variants.iter().zip(&own).filter_map(|(variant, own)| made_of(variant, own));
    quote! {
        impl #params ::core::fmt::Display for #ident #types #bounds {
            fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::result::Result::Ok(())
            }
        }
        impl #params ::core::error::Error for #ident #types #debug {}
        #(
            impl #params ::core::convert::From<#made_of> for #ident #types #bounds {
                fn from(_: #made_of) -> Self {
                    ::core::unreachable!()
                }
            }
        )*
    }
}

/// The type of the only field, if it is marked `#[from]`, and is no status.
fn made_of<'a>(variant: &'a syn::Variant, own: &VariantAttrs) -> Option<&'a Type> {
    let field = variant.fields.iter().next().filter(|_| variant.fields.len() == 1)?;
    let is_status = matches!(own.role, Some((Role::Status, _)));
    attr::find(&field.attrs, "from").filter(|_| !is_status).map(|_| &field.ty)
}
