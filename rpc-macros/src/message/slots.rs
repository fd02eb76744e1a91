//! The slots into which the fields of a struct or variant are read.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use super::ast::{Default, Field, Fields, Message, Style};
use super::checked::decodes;
use crate::common::case;

/// Which value the slots are for.
pub(super) struct Target<'a> {
    pub(super) message: &'a Message,
    /// The name of the slots' struct.
    pub(super) slots: &'a Ident,
    /// The variant, if it is one.
    pub(super) variant: Option<&'a Ident>,
}

/// The struct of the slots, and its `Slots`.
pub(super) fn render(target: &Target<'_>, fields: &Fields) -> TokenStream {
    let Target { message, slots, .. } = *target;
    let names = fields.slots();
    let types = fields.fields.iter().map(|field| &field.ty);
    let (params, de_params, this) = (message.params(), message.de_params(), message.this());
    let name = case::plain(target.variant.unwrap_or(&message.ident));
    let count = fields.fields.len();
    let (open, finish) = (open(target, fields), finish(target, fields));
    let (proto, index, text) = (proto(fields), index(fields), text(fields));
    quote! {
        struct #slots #params {
            #(#names: ::core::option::Option<#types>,)*
        }

        impl #de_params __rpc::Slots<'de> for #slots #params {
            type Value = #this;
            const NAME: &'static ::core::primitive::str = #name;
            const FIELDS: ::core::primitive::usize = #count;

            fn new() -> Self {
                #slots { #(#names: ::core::option::Option::None,)* }
            }

            fn open(value: #this) -> Self {
                #open
            }

            fn proto(
                &mut self,
                key: __rpc::Key,
                input: &mut __rpc::Reader<'de>,
            ) -> ::core::result::Result<(), __rpc::Error> {
                #proto
            }

            fn index(name: &::core::primitive::str) -> ::core::primitive::usize {
                #index
            }

            fn text<__S: __rpc::Source<'de>>(
                &mut self,
                index: ::core::primitive::usize,
                source: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                #text
            }

            fn finish<__F: __rpc::Finish<'de>>(self) -> ::core::result::Result<#this, __F::Error> {
                #finish
            }
        }
    }
}

fn open(target: &Target<'_>, fields: &Fields) -> TokenStream {
    let slots = target.slots;
    let path = target.path();
    let names = fields.slots();
    let members = fields.fields.iter().map(|field| &field.member);
    let skipped = fields.skipped.iter().map(|(member, _)| member);
    let pattern = quote!(#path { #(#members: #names,)* #(#skipped: _,)* });
    let opened = quote!(#slots { #(#names: ::core::option::Option::Some(#names),)* });
    match target.variant {
        None => quote!(let #pattern = value; #opened),
        Some(_) => quote! {
            match value {
                #pattern => #opened,
                #[allow(unreachable_patterns)]
                _ => <Self as __rpc::Slots<'de>>::new(),
            }
        },
    }
}

fn proto(fields: &Fields) -> TokenStream {
    let arms = fields.fields.iter().zip(fields.slots()).map(|(field, slot)| {
        let (tag, merge) = (field.tag, decodes(&field.ty, "proto_merge"));
        quote!(#tag => #merge(&mut self.#slot, key, input),)
    });
    quote! {
        match key.tag {
            #(#arms)*
            _ => input.skip(key),
        }
    }
}

/// Members are known by their text name, and by their proto3 JSON name where that is not another's text name.
fn index(fields: &Fields) -> TokenStream {
    if fields.style == Style::Array {
        return quote!({
            let _ = name;
            ::core::primitive::usize::MAX
        });
    }
    let texts: HashSet<&str> = fields.fields.iter().map(|field| field.text.as_str()).collect();
    let arms = fields.fields.iter().enumerate().map(|(index, Field { text, json, .. })| {
        let json = (!texts.contains(json.as_str())).then(|| quote!(| #json));
        quote!(#text #json => #index,)
    });
    quote! {
        match name {
            #(#arms)*
            _ => ::core::primitive::usize::MAX,
        }
    }
}

fn text(fields: &Fields) -> TokenStream {
    let arms = fields.fields.iter().zip(fields.slots()).enumerate().map(|(index, (field, slot))| {
        let (text, fill) = (&field.text, decodes(&field.ty, "fill"));
        quote!(#index => #fill(&mut self.#slot, #text, source),)
    });
    quote! {
        match index {
            #(#arms)*
            _ => source.ignore(),
        }
    }
}

fn finish(target: &Target<'_>, fields: &Fields) -> TokenStream {
    let path = target.path();
    let members = fields.fields.iter().zip(fields.slots()).map(|(field, slot)| {
        let (member, text) = (&field.member, &field.text);
        let (take, take_or) = (decodes(&field.ty, "take"), decodes(&field.ty, "take_or"));
        let value = match &field.default {
            Default::Missing => quote!(#take::<__F>(self.#slot, #text)?),
            Default::OfType => quote!(#take_or::<__F>(self.#slot, ::core::default::Default::default)),
            Default::Expr(expr) => quote!(#take_or::<__F>(self.#slot, || #expr)),
        };
        quote!(#member: #value)
    });
    let skipped = fields.skipped.iter().map(|(member, expr)| quote!(#member: #expr));
    quote!(::core::result::Result::Ok(#path { #(#members,)* #(#skipped,)* }))
}

impl Target<'_> {
    /// The path by which the value is made and taken apart.
    fn path(&self) -> TokenStream {
        let ident = &self.message.ident;
        match self.variant {
            Some(variant) => quote!(#ident::#variant),
            None => quote!(#ident),
        }
    }
}
