//! The schema: what is known of the service before anything runs.

use proc_macro2::TokenStream;
use quote::quote;

use super::ast::{Method, Names, Service, Stream};
use crate::common::case;
use crate::message::{self, Docs, describes};

pub(super) fn render(service: &Service) -> TokenStream {
    let name = &service.name;
    let package = &service.package.name;
    let full_name = full_name(service);
    let short = match &service.short {
        Some(short) => quote!(::core::option::Option::Some(#short)),
        None => quote!(::core::option::Option::None),
    };
    let docs = docs(&service.docs);
    let methods =
        service.methods.iter().enumerate().map(|(index, method)| self::method(service, index, method));
    let errors = service.methods.iter().map(error);
    quote! {
        static SCHEMA: __rpc::ServiceSchema = __rpc::ServiceSchema::new(#name, #package, #full_name)
            .short(#short)
            #docs
            .methods(const { &[#(#methods),*] });

        fn schema() -> &'static __rpc::ServiceSchema {
            &SCHEMA
        }

        #(#errors)*
    }
}

fn full_name(service: &Service) -> String {
    match service.package.name.as_str() {
        "" => service.name.clone(),
        package => format!("{package}.{}", service.name),
    }
}

fn method(service: &Service, index: usize, method: &Method) -> TokenStream {
    let name = &method.names.text;
    let path = format!("/{}/{}", full_name(service), method.names.grpc);
    let (docs, kind, error) = (docs(&method.docs), kind(method), error_fn(method));
    let (request, response) = (request(service, method), answers(method, "ty"));
    let names = names(method);
    let flags = [(method.bare, quote!(.bare())), (method.idempotent, quote!(.idempotent()))];
    let flags = flags.iter().filter(|(set, _)| *set).map(|(_, tokens)| tokens);
    let timeout = method.timeout.map(|timeout| {
        let millis = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
        quote!(.timeout(::core::time::Duration::from_millis(#millis)))
    });
    let priority = method.priority.map(|priority| quote!(.priority(#priority)));
    let attrs = (!method.pairs.is_empty()).then(|| {
        let pairs = method.pairs.iter().map(|(key, value)| quote!((#key, #value)));
        quote!(.attrs(&[#(#pairs),*]))
    });
    quote! {
        __rpc::MethodSchema::new(#index, #name, #path, schema)
            .types(#request, #response, #error)
            #names #docs #kind #(#flags)* #timeout #priority #attrs
    }
}

fn names(method: &Method) -> TokenStream {
    let option = |name: &Option<String>| match name {
        Some(name) => quote!(::core::option::Option::Some(#name)),
        None => quote!(::core::option::Option::None),
    };
    let call = |function: &str, first: &Option<String>, second: &Option<String>| {
        (first.is_some() || second.is_some()).then(|| {
            let (function, first, second) =
                (quote::format_ident!("{function}"), option(first), option(second));
            quote!(.#function(#first, #second))
        })
    };
    let Names { jsonrpc, xmlrpc, notification, unsubscribe, .. } = &method.names;
    let names = call("names", jsonrpc, xmlrpc);
    let subscription = call("subscription", notification, unsubscribe);
    quote!(#names #subscription)
}

fn kind(method: &Method) -> Option<TokenStream> {
    let kind = match (method.oneway, &method.stream, method.streams) {
        (true, ..) => quote!(OneWay),
        (_, Some(_), true) => quote!(Bidirectional),
        (_, Some(_), false) => quote!(ClientStreaming),
        (_, None, true) => quote!(ServerStreaming),
        (_, None, false) => return None,
    };
    let stream = method.stream.as_ref().map(|stream| {
        let (name, text) = (&stream.name, &stream.text);
        quote!(.stream(#name, #text))
    });
    Some(quote!(.kind(__rpc::CallKind::#kind) #stream))
}

fn request(service: &Service, method: &Method) -> TokenStream {
    if let Some(stream) = &method.stream {
        return accepts(stream, "ty");
    }
    match method.arguments.first() {
        Some(argument) if method.bare && !argument.borrowed => describes(&argument.ty, "ty"),
        _ => {
            let ident = method.request(service);
            let params = method.borrows().then(|| quote!(<'static>));
            quote!(<#ident #params as __rpc::Describe>::ty)
        }
    }
}

/// A function of `Answers`, or of `AnswersStream`, for what the method returns.
pub(super) fn answers(method: &Method, function: &str) -> TokenStream {
    let way = match method.streams {
        true => quote!(__rpc::AnswersStream),
        false => quote!(__rpc::Answers),
    };
    message::signed(&method.output, &returns(method), &way, function)
}

/// The trait that knows what the method returns.
fn returns(method: &Method) -> TokenStream {
    match (method.oneway, method.streams) {
        (true, _) => quote!(__rpc::ReturnsNothing),
        (_, true) => quote!(__rpc::ReturnsStream),
        (_, false) => quote!(__rpc::Returns),
    }
}

/// A function of `AcceptsStream` for the argument that is a stream.
pub(super) fn accepts(stream: &Stream, function: &str) -> TokenStream {
    message::signed(&stream.ty, &quote!(__rpc::StreamsIn), &quote!(__rpc::AcceptsStream), function)
}

/// The function that gives the type of the error's details, which not every error has. Where a stream has an error of
/// its own, it is that of the stream.
fn error(method: &Method) -> TokenStream {
    let item = if method.streams { "ItemError" } else { "Error" };
    let (name, probe) = (error_fn(method), message::probe(&method.output, &returns(method), item));
    quote! {
        fn #name() -> &'static __rpc::Type {
            use __rpc::{DescribedError as _, PlainError as _};
            let probe = #probe;
            (&probe).ty()
        }
    }
}

fn error_fn(method: &Method) -> syn::Ident {
    quote::format_ident!("error_of_{}", case::plain(&method.ident))
}

fn docs(docs: &Docs) -> TokenStream {
    let Docs { text, deprecated } = docs;
    let text = (!text.is_empty()).then(|| quote!(.docs(#text)));
    let deprecated = deprecated.then(|| quote!(.deprecated()));
    quote!(#text #deprecated)
}
