//! Enums whose variants hold data.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::ast::{Content, Fields, Message, Style, Variant};
use super::checked::{decodes, encodes};
use super::encode::{hint, proto_field, variant_field};
use super::slots::{self, Target};
use crate::common::case;

/// The writing side.
pub(super) fn encode(message: &Message, variants: &[Variant], unsent: &[Ident]) -> TokenStream {
    let ident = &message.ident;
    let name = case::plain(ident);
    let protos = variants.iter().map(|variant| proto_arm(ident, variant));
    let texts = variants.iter().zip(0u32..).map(|(variant, index)| text_arm(ident, &name, index, variant));
    let unsent_names: Vec<String> = unsent.iter().map(case::plain).collect();
    quote! {
        impl __rpc::Encode for #ident {
            fn proto_element(&self, tag: ::core::primitive::u32, out: &mut __rpc::Writer<'_>) {
                __rpc::message_element(self, tag, out);
            }

            fn proto_body(&self, out: &mut __rpc::Writer<'_>) {
                match self {
                    #(#protos)*
                    #(#ident::#unsent { .. } => __rpc::unsent_field(#unsent_names, out),)*
                }
            }

            fn serialize<__S: __rpc::Serializer>(
                &self,
                serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                match self {
                    #(#texts)*
                    #(#ident::#unsent { .. } => __rpc::unsent_text::<__S>(#unsent_names),)*
                }
            }
        }
    }
}

/// The pattern that takes a variant's fields apart.
fn pattern(fields: &Fields) -> TokenStream {
    let members = fields.fields.iter().map(|field| &field.member);
    let names = fields.slots();
    quote!({ #(#members: #names,)* .. })
}

fn proto_arm(ident: &Ident, variant: &Variant) -> TokenStream {
    let Variant { ident: name, tag, .. } = variant;
    match &variant.content {
        Content::Empty => quote!(#ident::#name => out.bytes(#tag, &[]),),
        Content::Value(ty) => {
            let write = encodes(ty, "proto_element");
            quote!(#ident::#name { 0: value } => #write(value, #tag, out),)
        }
        Content::Fields(fields) => {
            let pattern = pattern(fields);
            let values: Vec<TokenStream> = fields.slots().iter().map(|slot| quote!(#slot)).collect();
            let hint = hint(fields, &values);
            let writes = fields.fields.iter().zip(&values).map(|(field, value)| proto_field(field, value));
            quote!(#ident::#name #pattern => __rpc::nested(#tag, #hint, out, |out| { #(#writes)* let _ = out; }),)
        }
    }
}

fn text_arm(ident: &Ident, name: &str, index: u32, variant: &Variant) -> TokenStream {
    let Variant { ident: variant_ident, text, .. } = variant;
    let path = quote!(#ident::#variant_ident);
    let fields = match &variant.content {
        Content::Empty => {
            return quote!(#path => serializer.serialize_unit_variant(#name, #index, #text),);
        }
        Content::Value(ty) => {
            let write = encodes(ty, "value_variant");
            return quote!(#path { 0: value } => #write(serializer, #name, #text, value),);
        }
        Content::Fields(fields) => fields,
    };
    let (pattern, slots, count) = (pattern(fields), fields.slots(), fields.fields.len());
    let texts = fields.fields.iter().map(|field| encodes(&field.ty, "text"));
    match fields.style {
        Style::Named => {
            let writes =
                fields.fields.iter().zip(&slots).map(|(field, slot)| variant_field(field, &quote!(#slot)));
            quote! {
                #path #pattern => {
                    let mut out = serializer.serialize_struct_variant(#name, #index, #text, #count)?;
                    #(#writes)*
                    __rpc::SerializeStructVariant::end(out)
                }
            }
        }
        Style::Array => quote! {
            #path #pattern => {
                let mut out = serializer.serialize_tuple_variant(#name, #index, #text, #count)?;
                #(__rpc::SerializeTupleVariant::serialize_field(&mut out, &#texts(#slots))?;)*
                __rpc::SerializeTupleVariant::end(out)
            }
        },
    }
}

/// The reading side.
pub(super) fn decode(message: &Message, variants: &[Variant], other: Option<&Ident>) -> TokenStream {
    let ident = &message.ident;
    let name = case::plain(ident);
    let slots = variants.iter().filter_map(|variant| variant_slots(message, variant));
    let protos = variants.iter().map(|variant| merge_arm(ident, variant));
    let index = index(variants);
    let units = variants.iter().enumerate().filter_map(|(index, variant)| {
        let name = &variant.ident;
        matches!(variant.content, Content::Empty)
            .then(|| quote!(#index => ::core::option::Option::Some(#ident::#name),))
    });
    let texts = variants.iter().enumerate().map(|(index, variant)| read_arm(ident, index, variant));
    let other = other.map(|other| {
        quote! {
            fn other() -> ::core::option::Option<Self> {
                ::core::option::Option::Some(#ident::#other)
            }
        }
    });
    let decode = decode_impl(ident);
    quote! {
        #(#slots)*

        impl<'de> __rpc::Union<'de> for #ident {
            const NAME: &'static ::core::primitive::str = #name;

            fn proto(
                slot: &mut ::core::option::Option<Self>,
                key: __rpc::Key,
                input: &mut __rpc::Reader<'de>,
            ) -> ::core::result::Result<(), __rpc::Error> {
                match key.tag {
                    #(#protos)*
                    _ => input.skip(key),
                }
            }

            #index

            fn unit(index: ::core::primitive::usize) -> ::core::option::Option<Self> {
                match index {
                    #(#units)*
                    _ => ::core::option::Option::None,
                }
            }

            fn text<__A: __rpc::MapAccess<'de>>(
                index: ::core::primitive::usize,
                map: &mut __A,
            ) -> ::core::result::Result<Self, __A::Error> {
                match index {
                    #(#texts)*
                    _ => ::core::result::Result::Err(__rpc::custom("no such variant")),
                }
            }

            #other
        }

        #decode
    }
}

fn decode_impl(ident: &Ident) -> TokenStream {
    quote! {
        impl<'de> __rpc::Decode<'de> for #ident {
            fn proto_merge(
                slot: &mut ::core::option::Option<Self>,
                key: __rpc::Key,
                input: &mut __rpc::Reader<'de>,
            ) -> ::core::result::Result<(), __rpc::Error> {
                __rpc::merge_union(slot, key, input)
            }

            fn proto_body(
                input: __rpc::Reader<'de>,
            ) -> ::core::result::Result<Self, __rpc::Error> {
                __rpc::read_union(input)
            }

            fn deserialize<__D: __rpc::Deserializer<'de>>(
                deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                __rpc::read_variant(deserializer)
            }
        }
    }
}

fn index(variants: &[Variant]) -> TokenStream {
    let arms = variants.iter().enumerate().map(|(index, Variant { text, .. })| quote!(#text => #index,));
    quote! {
        fn index(name: &::core::primitive::str) -> ::core::primitive::usize {
            match name {
                #(#arms)*
                _ => ::core::primitive::usize::MAX,
            }
        }
    }
}

/// The name of the slots of a variant.
fn slots_name(variant: &Variant) -> Ident {
    format_ident!("__{}", case::plain(&variant.ident))
}

fn variant_slots(message: &Message, variant: &Variant) -> Option<TokenStream> {
    match &variant.content {
        Content::Fields(fields) => {
            let target = Target { message, slots: &slots_name(variant), variant: Some(&variant.ident) };
            Some(slots::render(&target, fields))
        }
        Content::Empty | Content::Value(_) => None,
    }
}

fn merge_arm(ident: &Ident, variant: &Variant) -> TokenStream {
    let Variant { ident: name, tag, .. } = variant;
    match &variant.content {
        Content::Empty => quote!(#tag => __rpc::merge_empty(slot, key, input, #ident::#name),),
        Content::Value(ty) => {
            let merge = decodes(ty, "merge_variant");
            quote! {
                #tag => {
                    let open = |value| match value {
                        #ident::#name { 0: content } => ::core::option::Option::Some(content),
                        #[allow(unreachable_patterns)]
                        _ => ::core::option::Option::None,
                    };
                    #merge(slot, key, input, open, #ident::#name)
                }
            }
        }
        Content::Fields(_) => {
            let slots = slots_name(variant);
            quote!(#tag => __rpc::merge_message::<#slots>(slot, key, input),)
        }
    }
}

fn read_arm(ident: &Ident, index: usize, variant: &Variant) -> TokenStream {
    let name = &variant.ident;
    match &variant.content {
        Content::Empty => quote!(#index => __rpc::variant_empty(map).map(|()| #ident::#name),),
        Content::Value(ty) => {
            let read = decodes(ty, "variant_value");
            quote!(#index => #read(map).map(#ident::#name),)
        }
        Content::Fields(fields) => {
            let slots = slots_name(variant);
            let read = match fields.style {
                Style::Named => quote!(variant_struct),
                Style::Array => quote!(variant_array),
            };
            quote!(#index => __rpc::#read::<#slots, __A>(map),)
        }
    }
}
