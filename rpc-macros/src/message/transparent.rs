//! What is its content: newtypes, and types that are converted. Core's macro implements them, both ways.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Ident, Member, Type};

use super::ast::Message;
use super::checked::{decodes, describes, encodes};

/// A newtype, which holds `ty`.
pub(super) fn newtype(message: &Message, member: &Member, ty: &Type) -> TokenStream {
    let ident = &message.ident;
    let (hint, forwards) = (encodes(ty, "proto_hint"), forwards(ty, ty));
    quote! {
        __rpc::transparent! {
            impl [] #ident, #ty;
            |this| borrow &this.#member, hint |this: &#ident| #hint(&this.#member);
            open |this: #ident| this.#member,
            close |content: #ty| {
                ::core::result::Result::<_, ::core::convert::Infallible>::Ok(#ident { #member: content })
            };
            #forwards
        }
    }
}

/// A key of a map, where its content is one.
pub(super) fn key(message: &Message, member: &Member, ty: &Type) -> TokenStream {
    let ident = &message.ident;
    quote! {
        impl<'k> __rpc::MapKey<'k> for #ident
        where
            #ty: __rpc::MapKey<'k>,
        {
            fn with_text<__R>(&self, f: impl ::core::ops::FnOnce(&::core::primitive::str) -> __R) -> __R {
                <#ty as __rpc::MapKey<'k>>::with_text(&self.#member, f)
            }

            fn from_text(text: &::core::primitive::str) -> ::core::option::Option<Self> {
                <#ty as __rpc::MapKey<'k>>::from_text(text).map(|content| #ident { #member: content })
            }
        }
    }
}

/// A type that is read as `from` and written as `into`. Almost always they are one type, and then stand in one place.
pub(super) fn converted(ident: &Ident, from: &Type, into: &Type) -> TokenStream {
    let is_one = from.to_token_stream().to_string() == into.to_token_stream().to_string();
    let into = if is_one { from } else { into };
    let forwards = forwards(from, into);
    quote! {
        __rpc::transparent! {
            impl [] #ident, #from;
            |this| borrow &<#into as ::core::convert::From<#ident>>::from(::core::clone::Clone::clone(this)),
            hint |_: &#ident| 0;
            open |this: #ident| <#from as ::core::convert::From<#ident>>::from(this),
            close |content: #from| <#ident as ::core::convert::TryFrom<#from>>::try_from(content);
            #forwards
        }
    }
}

/// What the content's traits hold, each at the place of the content's type.
fn forwards(from: &Type, into: &Type) -> TokenStream {
    let describe = ["PACKED", "OPTIONAL", "CHECK", "ty"].map(|item| describes(from, item));
    let encode =
        ["proto_element", "proto_field", "proto_body", "proto_packed", "serialize", "is_absent", "is_null"]
            .map(|function| encodes(into, function));
    let decode = [
        "proto_merge",
        "proto_merge_element",
        "proto_absent",
        "proto_body",
        "proto_unpack",
        "deserialize",
        "absent",
    ]
    .map(|function| decodes(from, function));
    quote! {
        describe [#(#describe),*]
        encode [#(#encode),*]
        decode [#(#decode),*]
    }
}
