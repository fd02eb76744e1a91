//! The reading side of structs: `Decode`, and `Arguments`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::ast::{Arguments, Fields, Message, Style};
use super::checked::{decodes, encodes};
use super::slots::{self, Target};

pub(super) fn structure(message: &Message, fields: &Fields) -> TokenStream {
    let slots = format_ident!("__Slots");
    let (params, de_params, this) = (message.params(), message.de_params(), message.this());
    let rendered = slots::render(&Target { message, slots: &slots, variant: None }, fields);
    let read = match fields.style {
        Style::Named => quote!(read_struct),
        Style::Array => quote!(read_array),
    };
    let ident = &message.ident;
    let body = match (message.arguments, fields.fields.first()) {
        (Some(Arguments::Bare), Some(field)) => {
            let member = &field.member;
            let read = decodes(&field.ty, "proto_body");
            quote!(#read(input).map(|content| #ident { #member: content }))
        }
        _ => quote!(__rpc::read_message::<#slots #params>(input)),
    };
    let arguments = message.arguments.map(|_| arguments(message, fields, &quote!(#slots #params)));
    quote! {
        #rendered

        impl #de_params __rpc::Decode<'de> for #this {
            fn proto_merge(
                slot: &mut ::core::option::Option<Self>,
                key: __rpc::Key,
                input: &mut __rpc::Reader<'de>,
            ) -> ::core::result::Result<(), __rpc::Error> {
                __rpc::merge_message::<#slots #params>(slot, key, input)
            }

            fn proto_body(
                input: __rpc::Reader<'de>,
            ) -> ::core::result::Result<Self, __rpc::Error> {
                #body
            }

            fn deserialize<__D: __rpc::Deserializer<'de>>(
                deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                __rpc::#read::<#slots #params, __D>(deserializer)
            }
        }

        #arguments
    }
}

fn arguments(message: &Message, fields: &Fields, slots: &TokenStream) -> TokenStream {
    let (de_params, this) = (message.de_params(), message.this());
    let names = fields.fields.iter().map(|field| &field.text);
    let members: Vec<_> = fields.fields.iter().map(|field| &field.member).collect();
    let absent = fields.fields.iter().map(|field| encodes(&field.ty, "is_absent"));
    let texts = fields.fields.iter().map(|field| encodes(&field.ty, "text"));
    let indices = 0..members.len();
    quote! {
        impl #de_params __rpc::Arguments<'de> for #this {
            const NAMES: &'static [&'static ::core::primitive::str] = &[#(#names),*];

            fn from_text<__D: __rpc::Deserializer<'de>>(
                deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                __rpc::from_text::<#slots, __D>(deserializer)
            }

            fn to_positions<__S: __rpc::SerializeSeq>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                let count = __rpc::present(&[#(#absent(&self.#members)),*]);
                #(
                    if count > #indices {
                        __rpc::SerializeSeq::serialize_element(out, &#texts(&self.#members))?;
                    }
                )*
                let _ = (count, out);
                ::core::result::Result::Ok(())
            }
        }
    }
}
