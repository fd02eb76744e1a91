//! The trait itself, its `async fn`s as functions that return futures which may cross threads.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{FnArg, Ident, TraitItemFn, Type};

use super::ast::{Method, Service};

/// The trait.
pub(super) fn render(service: &Service) -> TokenStream {
    let Service { vis, ident, attrs, supertraits, krate, .. } = service;
    let methods = service.methods.iter().map(|method| {
        let attrs = &method.attrs;
        let signature = signature(method, krate);
        let body = match &method.body {
            Some(body) => quote!({ async move #body }),
            None => quote!(;),
        };
        quote!(#(#attrs)* #[allow(clippy::manual_async_fn)] #signature #body)
    });
    let broken = service.broken.iter().map(broken);
    quote! {
        #(#attrs)*
        #vis trait #ident:
            #(#supertraits +)* ::core::marker::Send + ::core::marker::Sync + 'static
        {
            #[doc(hidden)]
            const __FORWARDS: ::core::primitive::bool = false;

            #(#methods)*
            #(#broken)*
        }
    }
}

/// `fn place(&self, order: Order) -> impl Future<Output = …> + Send`
pub(super) fn signature(method: &Method, krate: &syn::Path) -> TokenStream {
    let Method { ident, output, .. } = method;
    let context = method.context.iter().map(|cx| quote!(#cx: &#krate::Context,));
    let names = arguments(method);
    let types: Vec<&Type> = method.arguments.iter().map(|argument| &argument.ty).collect();
    quote! {
        fn #ident(&self, #(#context)* #(#names: #types),*)
            -> impl ::core::future::Future<Output = #output> + ::core::marker::Send
    }
}

/// The names of the arguments that travel.
pub(super) fn arguments(method: &Method) -> Vec<&Ident> {
    method.arguments.iter().map(|argument| &argument.ident).collect()
}

/// Whoever holds an implementation in an `Arc` has one too.
pub(super) fn for_arc(service: &Service) -> TokenStream {
    let ident = &service.ident;
    let methods = service.methods.iter().map(|method| {
        let (name, signature) = (&method.ident, signature(method, &service.krate));
        let (context, arguments) = (&method.context, arguments(method));
        let context = context.iter();
        quote!(#signature {
            <__T as #ident>::#name(&**self, #(#context,)* #(#arguments),*)
        })
    });
    quote! {
        impl<__T: #ident> #ident for ::std::sync::Arc<__T> {
            const __FORWARDS: ::core::primitive::bool = <__T as #ident>::__FORWARDS;

            #(#methods)*
        }
    }
}

/// A method with mistakes, with a body, so that nobody misses an implementation that cannot be written.
fn broken(function: &TraitItemFn) -> TokenStream {
    let mut function = function.clone();
    function.attrs.retain(|attr| !attr.path().is_ident("rpc"));
    for input in &mut function.sig.inputs {
        if let FnArg::Typed(typed) = input {
            typed.attrs.clear();
        }
    }
    // A `self` by value is a mistake that has its message already.
    function.sig.generics.make_where_clause().predicates.push(syn::parse_quote!(Self: ::core::marker::Sized));
    function.default = Some(syn::parse_quote!({ loop {} }));
    function.semi_token = None;
    quote!(#[allow(async_fn_in_trait, unused_variables, clippy::empty_loop)] #function)
}
