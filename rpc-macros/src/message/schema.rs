//! The schema side: `Describe`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

use super::ast::{Content, Default, Docs, Field, Fields, Message, Reserved, Shape, Style, Value, Variant};
use super::checked::describes;
use crate::common::case;

pub(super) fn render(message: &Message) -> TokenStream {
    let name = case::plain(&message.ident);
    let (package, docs) = (package(message), docs(&message.docs));
    let package = quote!(.module(::core::module_path!()) #package);
    let reserved = reserved(&message.reserved);
    let (ty, checked) = match &message.shape {
        Shape::Transparent { .. } | Shape::Converted { .. } => return TokenStream::new(),
        Shape::Struct(fields) => {
            let structure = structure(&name, fields, &quote!(#package #docs #reserved));
            (quote!(__rpc::Type::Message(#structure)), types(fields))
        }
        Shape::Enum { values, other } => {
            let values = values.iter().map(value);
            let other = other.as_ref().map(|_| quote!(.other()));
            let values = quote!(const { &[#(#values),*] });
            let ty = quote!(const { &__rpc::EnumType::new(#name, #values) #package #docs #other });
            (quote!(__rpc::Type::Enum(#ty)), Vec::new())
        }
        Shape::Union { variants, other, .. } => {
            let checked = variants.iter().flat_map(contents).collect();
            let variants = variants.iter().map(variant);
            let other = other.as_ref().map(|_| quote!(.other()));
            let variants = quote!(const { &[#(#variants),*] });
            let ty =
                quote!(const { &__rpc::UnionType::new(#name, #variants) #package #docs #reserved #other });
            (quote!(__rpc::Type::Union(#ty)), checked)
        }
    };
    describe(message, &ty, &checked)
}

fn describe(message: &Message, ty: &TokenStream, types: &[&Type]) -> TokenStream {
    let (params, this) = (message.params(), message.this());
    let packed = matches!(message.shape, Shape::Enum { .. }).then(|| {
        quote! {
            const PACKED: ::core::option::Option<__rpc::Wire> =
                ::core::option::Option::Some(__rpc::Wire::Varint);
        }
    });
    // Checked where the types have no lifetime, and else when the schema is made.
    let checks: Vec<TokenStream> = types.iter().map(|ty| describes(ty, "CHECK")).collect();
    let (outside, body) = match &message.lifetime {
        None => (
            quote!(#(const _: () = #checks;)*),
            quote! {
                static TYPE: __rpc::Type = #ty;
                &TYPE
            },
        ),
        Some(_) => (TokenStream::new(), quote!(const { #(#checks;)* &#ty })),
    };
    quote! {
        impl #params __rpc::Describe for #this {
            type Known<__X> = __X;

            #packed
            fn ty() -> &'static __rpc::Type {
                #body
            }
        }
        #outside
    }
}

fn types(fields: &Fields) -> Vec<&Type> {
    fields.fields.iter().map(|field| &field.ty).collect()
}

fn contents(variant: &Variant) -> Vec<&Type> {
    match &variant.content {
        Content::Empty => Vec::new(),
        Content::Value(ty) => vec![ty],
        Content::Fields(fields) => types(fields),
    }
}

fn structure(name: &str, fields: &Fields, more: &TokenStream) -> TokenStream {
    let array = (fields.style == Style::Array).then(|| quote!(.array()));
    let fields = fields.fields.iter().map(field);
    quote!(const { &__rpc::MessageType::new(#name, const { &[#(#fields),*] }) #array #more })
}

fn field(field: &Field) -> TokenStream {
    let Field { name, text, json, tag, ty, .. } = field;
    let default = (!matches!(field.default, Default::Missing)).then(|| quote!(.default()));
    let docs = docs(&field.docs);
    let ty = type_ref(ty);
    quote!(__rpc::Field::new(#name, #tag, #ty).names(#text, #json) #default #docs)
}

fn type_ref(ty: &Type) -> TokenStream {
    describes(ty, "ty")
}

fn value(value: &Value) -> TokenStream {
    let Value { ident, text, proto, number, .. } = value;
    let (name, docs) = (case::plain(ident), docs(&value.docs));
    quote!(__rpc::EnumValue::new(#name, #text, #proto, #number) #docs)
}

fn variant(variant: &Variant) -> TokenStream {
    let Variant { ident, text, field, tag, .. } = variant;
    let (name, docs) = (case::plain(ident), docs(&variant.docs));
    let shape = match &variant.content {
        Content::Empty => quote!(Empty(const { &__rpc::MessageType::new(#name, &[]) })),
        Content::Value(ty) => {
            let ty = type_ref(ty);
            quote!(Value(#ty))
        }
        Content::Fields(fields) => {
            let structure = structure(&name, fields, &TokenStream::new());
            quote!(Fields(#structure))
        }
    };
    quote!(__rpc::Variant::new(#name, #text, #field, #tag, __rpc::VariantShape::#shape) #docs)
}

fn package(message: &Message) -> Option<TokenStream> {
    message.package.as_ref().map(|package| quote!(.package(#package)))
}

fn docs(docs: &Docs) -> TokenStream {
    let Docs { text, deprecated } = docs;
    let text = (!text.is_empty()).then(|| quote!(.docs(#text)));
    let deprecated = deprecated.then(|| quote!(.deprecated()));
    quote!(#text #deprecated)
}

fn reserved(reserved: &Reserved) -> Option<TokenStream> {
    let Reserved { tags, names } = reserved;
    (!tags.is_empty() || !names.is_empty()).then(|| quote!(.reserved(&[#(#tags),*], &[#(#names),*])))
}
