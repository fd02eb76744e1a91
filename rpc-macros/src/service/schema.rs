//! The schema: what is known of the service before anything runs.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{GenericArgument, PathArguments, Type};

use super::ast::{Method, Service};
use crate::common::case;
use crate::message::{Docs, checked, located};

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
    let errors = service.methods.iter().map(|method| error(service, method));
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
    let (request, response) = (request(service, method), response(method));
    let names = names(method);
    let flags = [(method.bare, quote!(.bare())), (method.idempotent, quote!(.idempotent()))];
    let flags = flags.iter().filter(|(set, _)| *set).map(|(_, tokens)| tokens);
    let timeout = method.timeout.map(|timeout| {
        let millis = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
        quote!(.timeout(::core::time::Duration::from_millis(#millis)))
    });
    let attrs = (!method.pairs.is_empty()).then(|| {
        let pairs = method.pairs.iter().map(|(key, value)| quote!((#key, #value)));
        quote!(.attrs(&[#(#pairs),*]))
    });
    quote! {
        __rpc::MethodSchema::new(#index, #name, #path, schema)
            .types(#request, #response, #error)
            #names #docs #kind #(#flags)* #timeout #attrs
    }
}

fn names(method: &Method) -> Option<TokenStream> {
    let option = |name: &Option<String>| match name {
        Some(name) => quote!(::core::option::Option::Some(#name)),
        None => quote!(::core::option::Option::None),
    };
    let (jsonrpc, xmlrpc) = (&method.names.jsonrpc, &method.names.xmlrpc);
    (jsonrpc.is_some() || xmlrpc.is_some()).then(|| {
        let (jsonrpc, xmlrpc) = (option(jsonrpc), option(xmlrpc));
        quote!(.names(#jsonrpc, #xmlrpc))
    })
}

fn kind(method: &Method) -> Option<TokenStream> {
    method.oneway.then(|| quote!(.kind(__rpc::CallKind::OneWay)))
}

fn request(service: &Service, method: &Method) -> TokenStream {
    match method.arguments.first() {
        Some(argument) if method.bare && !argument.borrowed => {
            let (ty, span) = (checked(&argument.ty), located(&argument.ty));
            quote_spanned!(span=> <#ty as __rpc::Describe>::ty)
        }
        _ => {
            let ident = method.request(service);
            let params = method.borrows().then(|| quote!(<'static>));
            quote!(<#ident #params as __rpc::Describe>::ty)
        }
    }
}

fn response(method: &Method) -> TokenStream {
    let (value, span) = (value(method), returned(method));
    quote_spanned!(span=> <#value as __rpc::Describe>::ty)
}

/// The type of what the method returns when it succeeds.
pub(super) fn value(method: &Method) -> TokenStream {
    let (returns, span) = (returns(method), returned(method));
    quote_spanned!(span=> #returns::Value)
}

/// The type of what it returns when it fails.
pub(super) fn failure(method: &Method) -> TokenStream {
    let (returns, span) = (returns(method), returned(method));
    quote_spanned!(span=> #returns::Error)
}

/// The return type, as the trait that knows its parts.
pub(super) fn returns(method: &Method) -> TokenStream {
    let (output, span) = (&method.output, returned(method));
    match method.oneway {
        true => quote_spanned!(span=> <#output as __rpc::ReturnsNothing>),
        false => quote_spanned!(span=> <#output as __rpc::Returns>),
    }
}

/// Where a method's return type is at fault: at the type of its value, where that can be seen.
fn returned(method: &Method) -> Span {
    let argument = |ty: &Type| match ty {
        Type::Path(path) => match &path.path.segments.last()?.arguments {
            PathArguments::AngleBracketed(list) => match list.args.first()? {
                GenericArgument::Type(ty) => Some(located(ty)),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    };
    argument(&method.output).unwrap_or_else(|| located(&method.output))
}

/// The function that gives the type of the error's details, which not every error has.
fn error(_: &Service, method: &Method) -> TokenStream {
    let (name, failure) = (error_fn(method), failure(method));
    quote! {
        fn #name() -> &'static __rpc::Type {
            use __rpc::{DescribedError as _, PlainError as _};
            (&__rpc::ErrorProbe::<#failure>::NEW).ty()
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
