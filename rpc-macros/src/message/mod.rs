//! `#[derive(Message)]`: a type that travels.
//!
//! `attr` reads attributes, `build` makes the model of `ast` from a type, `valid` holds the rules, and one file per
//! side renders it.

mod ast;
pub(crate) mod attr;
pub(crate) mod build;
mod checked;
mod decode;
mod encode;
mod schema;
mod slots;
mod transparent;
mod union;
pub(crate) mod valid;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Path};

use crate::common::errors::Errors;
pub(crate) use ast::{Arguments, Default, Docs, Field, Fields, Message, Reserved, Shape, Style};
pub(crate) use checked::{describes, probe, signed};
pub(crate) use valid::names as check_names;

/// Expands `#[derive(Message)]`.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    match build::message(&input, &mut errors) {
        Some(message) if errors.count() == 0 => expand_model(&message),
        _ => {
            let fallback = enclose(&attr::krate(&input), &fallback(&input));
            let errors = errors.into_tokens();
            quote!(#errors #fallback)
        }
    }
}

/// Renders a message: its schema, and how it is encoded and decoded.
pub(crate) fn expand_model(message: &Message) -> TokenStream {
    enclose(&message.krate, &render(message))
}

/// Gives generated code a place of its own, in which `__rpc` is what it may name. Only where a user names a
/// deprecated item is it to be warned of.
pub(crate) fn enclose(krate: &Path, items: &TokenStream) -> TokenStream {
    quote! {
        #[allow(deprecated)]
        const _: () = {
            use #krate::__private as __rpc;
            #items
        };
    }
}

/// The items of [`expand_model`], for a place that has `__rpc` already.
pub(crate) fn render(message: &Message) -> TokenStream {
    let schema = schema::render(message);
    let (encode, decode) = match &message.shape {
        Shape::Transparent { member, ty } => {
            (transparent::newtype(message, member, ty), transparent::key(message, member, ty))
        }
        Shape::Converted { from, into } => {
            (transparent::converted(&message.ident, from, into), TokenStream::new())
        }
        Shape::Enum { .. } => (encode::unit_enum(message), TokenStream::new()),
        Shape::Struct(fields) => (encode::structure(message, fields), decode::structure(message, fields)),
        Shape::Union { variants, other, unsent } => {
            (union::encode(message, variants, unsent), union::decode(message, variants, other.as_ref()))
        }
    };
    quote! {
        #schema
        #encode
        #decode
    }
}

/// What stands in for a type that has mistakes, so that its uses do not add errors of their own.
pub(crate) fn fallback(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    let (params, types, bounds) = input.generics.split_for_impl();
    let mut de = input.generics.clone();
    de.params.insert(0, syn::parse_quote!('de));
    let (de_params, ..) = de.split_for_impl();
    quote! {
        impl #params __rpc::Describe for #ident #types #bounds {
            type Known<__X> = __X;

            fn ty() -> &'static __rpc::Type {
                &__rpc::Type::Unit
            }
        }
        impl #params __rpc::Encode for #ident #types #bounds {
            fn proto_element(&self, _: ::core::primitive::u32, _: &mut __rpc::Writer<'_>) {}
            fn serialize<__S: __rpc::Serializer>(
                &self,
                serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                serializer.serialize_unit()
            }
        }
        impl #de_params __rpc::Decode<'de> for #ident #types #bounds {
            fn proto_merge(
                _: &mut ::core::option::Option<Self>,
                _: __rpc::Key,
                _: &mut __rpc::Reader<'de>,
            ) -> ::core::result::Result<(), __rpc::Error> {
                ::core::result::Result::Err(__rpc::unacceptable("not a message"))
            }
            fn deserialize<__D: __rpc::Deserializer<'de>>(
                _: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                ::core::result::Result::Err(__rpc::custom("not a message"))
            }
        }
    }
}
