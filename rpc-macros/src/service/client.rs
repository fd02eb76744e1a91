//! The client's side: the trait, implemented by calls.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::ast::{Method, Service};
use super::schema::{accepts, answers};
use super::trait_def::{arguments, signature};

/// The type that calls, where the build has clients.
pub(super) fn types(service: &Service) -> TokenStream {
    let (vis, krate, client) = (&service.vis, &service.krate, ident(service));
    let docs = format!(
        "Calls [`{}`] somewhere else, and is an implementation of it. Clones share one channel.",
        service.ident
    );
    quote! {
        #krate::__private::if_client! {
            #[doc = #docs]
            #[derive(::core::clone::Clone, ::core::fmt::Debug)]
            #vis struct #client {
                channel: #krate::__private::Channel,
            }
        }
    }
}

fn ident(service: &Service) -> Ident {
    format_ident!("{}Client", service.ident)
}

pub(super) fn render(service: &Service) -> TokenStream {
    let (ident, client) = (&service.ident, self::ident(service));
    let server = format_ident!("{}Server", service.ident);
    let methods = service.methods.iter().enumerate().map(|(index, method)| call(service, index, method));
    quote! {
        __rpc::if_client! {
            impl #client {
                /// The schema of the service.
                pub const SCHEMA: &'static __rpc::ServiceSchema = &SCHEMA;

                /// A client on a channel, which others may share.
                pub fn new(channel: __rpc::Channel) -> Self {
                    #client { channel }
                }

                /// Connects to an endpoint: `[protocol+]transport:address`, by default over gRPC.
                ///
                /// # Errors
                ///
                /// `UNAVAILABLE` when nobody answers there, `INVALID_ARGUMENT` for what is no endpoint.
                pub async fn connect(
                    endpoint: impl ::core::convert::TryInto<
                        __rpc::Endpoint,
                        Error: ::core::convert::Into<__rpc::EndpointError>,
                    >,
                ) -> ::core::result::Result<Self, __rpc::Status> {
                    __rpc::Channel::connect(endpoint).await.map(Self::new)
                }

                /// A client of an implementation in this process: no network, but what cannot travel fails
                /// here too.
                pub fn local(implementation: impl #ident) -> Self {
                    Self::new(__rpc::Channel::local(#server::new(implementation)))
                }
            }

            impl ::core::convert::AsRef<__rpc::Channel> for #client {
                fn as_ref(&self) -> &__rpc::Channel {
                    &self.channel
                }
            }

            impl #ident for #client {
                const __FORWARDS: ::core::primitive::bool = true;

                #(#methods)*
            }
        }
    }
}

fn call(service: &Service, index: usize, method: &Method) -> TokenStream {
    let signature = signature(method, &service.krate);
    let context = match &method.context {
        Some(cx) => quote!(::core::option::Option::Some(#cx)),
        None => quote!(::core::option::Option::None),
    };
    let receive = answers(method, "receive");
    let sent = sent(service, method);
    let make = match (method.oneway, &method.stream, method.streams) {
        (true, ..) => quote!(one_way),
        (_, None, false) => quote!(unary),
        (_, None, true) => quote!(server_streaming),
        (_, Some(_), false) => quote!(client_streaming),
        (_, Some(_), true) => quote!(bidirectional),
    };
    // A block of its own, for no lifetime that the signature names is as short as all arguments' together.
    quote! {
        #[allow(clippy::manual_async_fn)]
        #signature {
            async move {
                #receive(self.channel.#make(#context, &SCHEMA.methods[#index], #sent).await)
            }
        }
    }
}

/// The arguments, as a message or as a stream.
fn sent(service: &Service, method: &Method) -> TokenStream {
    let names = arguments(method);
    if let Some(stream) = &method.stream {
        let upload = accepts(stream, "upload");
        return quote!(#upload(#(#names),*));
    }
    let request = method.request(service);
    let fields = method.arguments.iter().zip(names).map(|(argument, name)| match argument.borrowed {
        true => quote!(#name: ::core::convert::From::from(#name)),
        false => quote!(#name),
    });
    quote!(#request { #(#fields),* })
}
