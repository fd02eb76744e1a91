//! `#[service]`: a trait whose methods are called from afar.
//!
//! `attr` reads attributes, `build` makes the model of `ast` from a trait, `valid` holds the rules, and one file per
//! side renders it.

mod ast;
mod attr;
mod build;
mod client;
mod request;
mod schema;
mod server;
mod trait_def;
mod valid;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Item, ItemTrait};

use crate::common::errors::Errors;
use ast::Service;

/// Expands `#[service]`.
pub(crate) fn expand(attr: TokenStream, item: TokenStream) -> TokenStream {
    let item: ItemTrait = match syn::parse2(item.clone()) {
        Ok(item) => item,
        Err(error) => {
            let error = match syn::parse2::<Item>(item.clone()) {
                Ok(other) => {
                    syn::Error::new_spanned(other, "a service is a trait: write `#[service] trait …`")
                }
                Err(_) => error,
            };
            let error = error.into_compile_error();
            return quote!(#error #item);
        }
    };
    let mut errors = Errors::default();
    let service = build::service(attr, item, &mut errors);
    let errors = errors.into_tokens();
    let service = render(&service);
    quote!(#errors #service)
}

/// Everything that comes of a trait. What has mistakes is left out, so that they add no errors of their own.
fn render(service: &Service) -> TokenStream {
    let krate = &service.krate;
    let trait_def = trait_def::render(service);
    let types = [server::types(service), client::types(service)];
    let parts = [
        guessed_package(service),
        trait_def::for_arc(service),
        request::render(service),
        schema::render(service),
        server::render(service),
        client::render(service),
    ];
    quote! {
        #trait_def
        #(#types)*

        #[allow(deprecated)]
        const _: () = {
            use #krate::__private as __rpc;
            #(#parts)*
        };
    }
}

/// A warning where a public trait has no package, for then its names change with the crate's.
fn guessed_package(service: &Service) -> TokenStream {
    if !service.package.guessed {
        return TokenStream::new();
    }
    let name = &service.package.name;
    let note = format!(
        "a public service should have a package, for it is part of its name in every protocol: \
         #[service(package = \"{name}.v1\")]; now it is the crate's name, `{name}`"
    );
    quote_spanned! {service.ident.span()=>
        #[warn(deprecated)]
        const _: () = {
            #[deprecated(note = #note)]
            const fn without_package() {}
            without_package()
        };
    }
}
