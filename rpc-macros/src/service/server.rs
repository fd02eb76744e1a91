//! The server's side: from an erased call to a method of the trait.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::ast::{Method, Service};
use super::schema::{accepts, answers};
use super::trait_def::arguments;

/// The type that serves an implementation.
pub(super) fn types(service: &Service) -> TokenStream {
    let (vis, server) = (&service.vis, ident(service));
    let docs =
        format!("Serves an implementation of [`{0}`]: `{server}::new(implementation)`.", service.ident);
    quote! {
        #[doc = #docs]
        #vis struct #server<T> {
            target: ::std::sync::Arc<T>,
        }
    }
}

fn ident(service: &Service) -> Ident {
    format_ident!("{}Server", service.ident)
}

pub(super) fn render(service: &Service) -> TokenStream {
    let (ident, server) = (&service.ident, ident(service));
    let text = server.to_string();
    let arms = service.methods.iter().enumerate().map(|(index, method)| {
        let body = match method.oneway {
            true => one_way(service, method),
            false => answered(service, method),
        };
        quote!(#index => #body,)
    });
    quote! {
        impl<T: #ident> #server<T> {
            /// Serves `implementation`. One that is shared already, in an `Arc`, is an implementation too.
            pub fn new(implementation: T) -> Self {
                #server { target: ::std::sync::Arc::new(implementation) }
            }
        }

        impl #server<()> {
            /// The schema of the service.
            pub const SCHEMA: &'static __rpc::ServiceSchema = &SCHEMA;
        }

        impl<T> ::core::clone::Clone for #server<T> {
            fn clone(&self) -> Self {
                #server { target: ::core::clone::Clone::clone(&self.target) }
            }
        }

        impl<T> ::core::fmt::Debug for #server<T> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(#text)
            }
        }

        impl<T: #ident> __rpc::Dispatch for #server<T> {
            fn schema(&self) -> &'static __rpc::ServiceSchema {
                &SCHEMA
            }
        }

        impl<T: #ident> __rpc::Invoke for #server<T> {
            fn invoke(&self, call: __rpc::Call) -> __rpc::ReplyFuture {
                #[allow(unused_variables)]
                let target = ::core::clone::Clone::clone(&self.target);
                match call.method().index {
                    #(#arms)*
                    _ => __rpc::no_such_method(call),
                }
            }
        }
    }
}

/// A box for each method, so that each future is as large as its method.
fn answered(service: &Service, method: &Method) -> TokenStream {
    let ident = &service.ident;
    let handler = handler(service, method);
    let reply = answers(method, "reply");
    let (open, arguments) = match &method.stream {
        Some(stream) => {
            let (accept, slots) = (accepts(stream, "accept"), slots(method));
            (quote!((mut inbound, outbound)), quote!(#(let #slots = #accept(&mut inbound)?;)*))
        }
        None => {
            let pattern = pattern(service, method);
            (quote!((inbound, outbound)), quote!(let #pattern = inbound.decode()?;))
        }
    };
    quote! {
        ::std::boxed::Box::pin(async move {
            let #open = call.open();
            let returned = {
                #arguments
                let returned = inbound.scope(#handler).await;
                returned
            };
            #reply(outbound, inbound, returned, <T as #ident>::__FORWARDS)
        })
    }
}

fn one_way(service: &Service, method: &Method) -> TokenStream {
    let (pattern, handler) = (pattern(service, method), handler(service, method));
    let outcome = answers(method, "outcome");
    quote! {
        ::std::boxed::Box::pin(async move {
            let (inbound, outbound) = call.open();
            __rpc::one_way(inbound, outbound, move |inbound, accepted| async move {
                match accepted.decode(&inbound) {
                    ::core::option::Option::Some(args) => {
                        let #pattern = args;
                        #outcome(inbound.scope(#handler).await)
                    }
                    ::core::option::Option::None => ::core::result::Result::Ok(()),
                }
            })
            .await
        })
    }
}

/// The request message, taken apart.
fn pattern(service: &Service, method: &Method) -> TokenStream {
    let (request, names) = (method.request(service), arguments(method));
    let slots = slots(method);
    quote!(#request { #(#names: #slots),* })
}

/// The call of the implementation.
fn handler(service: &Service, method: &Method) -> TokenStream {
    let (ident, name) = (&service.ident, &method.ident);
    let context = method.context.iter().map(|_| quote!(inbound.context(),));
    let values = method.arguments.iter().zip(slots(method)).map(|(argument, slot)| match argument.borrowed {
        true => quote!(&*#slot),
        false => quote!(#slot),
    });
    quote!(<T as #ident>::#name(&*target, #(#context)* #(#values),*))
}

/// Names for the arguments that no other name here can be.
fn slots(method: &Method) -> Vec<Ident> {
    (0..method.arguments.len()).map(|index| format_ident!("argument_{index}")).collect()
}
