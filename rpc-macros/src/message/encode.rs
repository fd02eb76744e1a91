//! The writing side: `Encode`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Member;

use super::ast::{Arguments, Default, Field, Fields, Message, Shape, Style, Value};
use super::checked::encodes;
use crate::common::case;

/// Enums without data, of which the derive gives names and numbers, and core's macro makes the rest.
pub(super) fn unit_enum(message: &Message) -> TokenStream {
    let Shape::Enum { values, other } = &message.shape else { return TokenStream::new() };
    let ident = &message.ident;
    let name = case::plain(ident);
    let idents: Vec<_> = values.iter().map(|value| &value.ident).collect();
    let numbers: Vec<_> = values.iter().map(|value| value.number).collect();
    let texts: Vec<_> = values.iter().map(|Value { text, .. }| text).collect();
    let indices = 0..u32::try_from(values.len()).unwrap_or(u32::MAX);
    let unknown = match other {
        Some(other) => quote!(::core::option::Option::Some(#ident::#other)),
        None => quote!(::core::option::Option::None),
    };
    quote! {
        impl __rpc::UnitEnum for #ident {
            const NAME: &'static ::core::primitive::str = #name;

            fn number(&self) -> ::core::primitive::i32 {
                match self {
                    #(#ident::#idents => #numbers,)*
                }
            }

            fn text(&self) -> (::core::primitive::u32, &'static ::core::primitive::str) {
                match self {
                    #(#ident::#idents => (#indices, #texts),)*
                }
            }

            fn from_number(number: ::core::primitive::i32) -> ::core::option::Option<Self> {
                match number {
                    #(#numbers => ::core::option::Option::Some(#ident::#idents),)*
                    _ => #unknown,
                }
            }

            fn from_text(text: &::core::primitive::str) -> ::core::option::Option<Self> {
                match text {
                    #(#texts => ::core::option::Option::Some(#ident::#idents),)*
                    _ => #unknown,
                }
            }
        }
        __rpc::unit_enum!(#ident);
    }
}

/// Structs.
pub(super) fn structure(message: &Message, fields: &Fields) -> TokenStream {
    let (params, this) = (message.params(), message.this());
    let name = case::plain(&message.ident);
    let members: Vec<&Member> = fields.fields.iter().map(|field| &field.member).collect();
    let values: Vec<TokenStream> = members.iter().map(|member| quote!(&self.#member)).collect();
    let writes = fields.fields.iter().zip(&values).map(|(field, value)| proto_field(field, value));
    let body = match (message.arguments, fields.fields.first(), values.first()) {
        (Some(Arguments::Bare), Some(field), Some(value)) => {
            let write = encodes(&field.ty, "proto_body");
            quote!(#write(#value, out);)
        }
        _ => quote!(#(#writes)*),
    };
    let hint = hint(fields, &values);
    let serialize = match fields.style {
        Style::Named => {
            let count = fields.fields.len();
            let writes = fields.fields.iter().zip(&values).map(|(field, value)| text_field(field, value));
            quote! {
                let mut out = __rpc::Serializer::serialize_struct(serializer, #name, #count)?;
                #(#writes)*
                __rpc::SerializeStruct::end(out)
            }
        }
        Style::Array => {
            let count = fields.fields.len();
            let texts = fields.fields.iter().map(|field| encodes(&field.ty, "text"));
            quote! {
                let mut out = __rpc::Serializer::serialize_tuple(serializer, #count)?;
                #(__rpc::SerializeTuple::serialize_element(&mut out, &#texts(#values))?;)*
                __rpc::SerializeTuple::end(out)
            }
        }
    };
    quote! {
        impl #params __rpc::Encode for #this {
            fn proto_element(&self, tag: ::core::primitive::u32, out: &mut __rpc::Writer<'_>) {
                __rpc::message_element(self, tag, out);
            }

            fn proto_body(&self, out: &mut __rpc::Writer<'_>) {
                #body
                let _ = out;
            }

            fn proto_hint(&self) -> ::core::primitive::usize {
                #hint
            }

            fn serialize<__S: __rpc::Serializer>(
                &self,
                serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                #serialize
            }
        }
    }
}

/// Writes a field, of which `value` is a reference.
pub(super) fn proto_field(field: &Field, value: &TokenStream) -> TokenStream {
    let (tag, write) = (field.tag, encodes(&field.ty, "proto_field"));
    quote!(#write(#value, #tag, out);)
}

/// The sum of the values' lower bounds.
pub(super) fn hint(fields: &Fields, values: &[TokenStream]) -> TokenStream {
    let hints = fields.fields.iter().map(|field| encodes(&field.ty, "proto_hint"));
    quote!(0 #(+ #hints(#values))*)
}

/// Writes a member, unless it is None; one that has a default which is not None is always written.
fn text_field(field: &Field, value: &TokenStream) -> TokenStream {
    let name = &field.text;
    match field.default {
        Default::Expr(_) => {
            let text = encodes(&field.ty, "text");
            quote!(__rpc::SerializeStruct::serialize_field(&mut out, #name, &#text(#value))?;)
        }
        _ => {
            let write = encodes(&field.ty, "text_field");
            quote!(#write(&mut out, #name, #value)?;)
        }
    }
}

/// Writes a member of a variant by the same rule.
pub(super) fn variant_field(field: &Field, value: &TokenStream) -> TokenStream {
    let name = &field.text;
    match field.default {
        Default::Expr(_) => {
            let text = encodes(&field.ty, "text");
            quote!(__rpc::SerializeStructVariant::serialize_field(&mut out, #name, &#text(#value))?;)
        }
        _ => {
            let write = encodes(&field.ty, "variant_field");
            quote!(#write(&mut out, #name, #value)?;)
        }
    }
}
