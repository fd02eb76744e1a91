//! The macros of polyrpc. The crate `polyrpc` re-exports and documents them.

mod common;
mod message;
mod service;

use proc_macro::TokenStream;

/// Makes a struct or enum travel in every protocol.
#[proc_macro_derive(Message, attributes(rpc, serde))]
pub fn derive_message(input: TokenStream) -> TokenStream {
    message::derive(input.into()).into()
}

/// Makes a trait a service: a client that implements the trait, and what serves an implementation of it.
#[proc_macro_attribute]
pub fn service(attr: TokenStream, item: TokenStream) -> TokenStream {
    service::expand(attr.into(), item.into()).into()
}
