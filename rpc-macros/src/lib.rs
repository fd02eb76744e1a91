//! The macros of polyrpc.

mod common;
mod message;

use proc_macro::TokenStream;

/// Makes a struct or enum travel in every protocol.
#[proc_macro_derive(Message, attributes(rpc, serde))]
pub fn derive_message(input: TokenStream) -> TokenStream {
    message::derive(input.into()).into()
}
