//! The request messages: the arguments of each method as the fields of one struct.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Lifetime;

use super::ast::{Method, Service};
use super::trait_def::arguments;
use crate::message::{Arguments, Docs, Fields, Message, Reserved, Shape, expand_model};

pub(super) fn render(service: &Service) -> TokenStream {
    let messages = service.methods.iter().filter(|method| method.stream.is_none());
    messages.map(|method| message(service, method)).collect()
}

fn message(service: &Service, method: &Method) -> TokenStream {
    let ident = method.request(service);
    let model = Message {
        ident: ident.clone(),
        lifetime: method.borrows().then(lifetime),
        krate: service.krate.clone(),
        package: None,
        docs: Docs::default(),
        reserved: Reserved::default(),
        shape: Shape::Struct(method.fields.clone()),
        arguments: Some(if method.bare { Arguments::Bare } else { Arguments::Fields }),
    };
    let params = model.params();
    let (names, types) = (arguments(method), types(&method.fields));
    let traits = expand_model(&model);
    quote! {
        struct #ident #params { #(#names: #types),* }
        #traits
    }
}

fn types(fields: &Fields) -> Vec<&syn::Type> {
    fields.fields.iter().map(|field| &field.ty).collect()
}

/// The lifetime of what borrows from the call.
fn lifetime() -> Lifetime {
    syn::parse_quote!('args)
}
