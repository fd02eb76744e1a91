//! `#[derive(RpcError)]`: an enum of errors that reaches the caller as itself.
//!
//! `attr` reads attributes, `format` messages, `build` makes the model of `ast` from an enum, `valid` holds the
//! rules; what travels is a message and rendered as such, and one file per side renders the rest.

mod ast;
mod attr;
mod build;
mod display;
mod fallback;
mod format;
mod status;
mod valid;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::common::errors::Errors;
use crate::message;

/// Expands `#[derive(RpcError)]`.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    match build::error(&input, &mut errors) {
        Some(error) if errors.count() == 0 => expand(&error),
        _ => {
            let fallback = message::enclose(&message::attr::krate(&input), &fallback::render(&input));
            let errors = errors.into_tokens();
            quote!(#errors #fallback)
        }
    }
}

fn expand(error: &ast::RpcError) -> TokenStream {
    let message = match &error.message {
        Some(message) => message::render(message),
        None => untyped(error),
    };
    let (status, display) = (status::render(error), display::render(error));
    message::enclose(&error.krate, &quote!(#message #status #display))
}

/// The schema of an error of which callers get a status alone.
fn untyped(error: &ast::RpcError) -> TokenStream {
    let ident = &error.ident;
    quote! {
        impl __rpc::Describe for #ident {
            type Known<__X> = __X;

            fn ty() -> &'static __rpc::Type {
                &__rpc::Type::Unit
            }
        }
    }
}
