//! From a trait to its model.

use proc_macro2::TokenStream;
use syn::{Attribute, FnArg, ItemTrait, Member, Pat, ReturnType, Signature, TraitItem, TraitItemFn, Type};

use super::ast::{Argument, Method, Names, Package, Service, Stream};
use super::attr::{self, MethodAttrs, ServiceAttrs, Subscription};
use super::valid;
use crate::common::case::{self, Rename};
use crate::common::docs;
use crate::common::errors::Errors;
use crate::message::{Default, Docs, Field, Fields, Style, check_names};

/// The model of a trait; mistakes are added to `errors`.
pub(super) fn service(attr: TokenStream, mut item: ItemTrait, errors: &mut Errors) -> Service {
    let attrs = attr::of_service(attr, errors);
    valid::whole(&item, errors);
    let items = std::mem::take(&mut item.items);
    let (mut methods, mut broken) = (Vec::<Method>::new(), Vec::new());
    for item in items {
        match item {
            TraitItem::Fn(function) => {
                let found = errors.count();
                let method = method(&function, &attrs, errors);
                if let Some(method) = &method {
                    valid::distinct(method, &methods, errors);
                }
                match method.filter(|_| errors.count() == found) {
                    Some(method) => methods.push(method),
                    None => broken.push(function),
                }
            }
            other => errors.push(other, "a service has methods alone: move this to another trait"),
        }
    }
    let name = attrs.name.as_ref().map_or_else(|| case::plain(&item.ident), syn::LitStr::value);
    valid::service_name(&name, &attrs, &item, errors);
    Service {
        short: short(&attrs, &name),
        package: package(&attrs, &item, errors),
        krate: attrs.krate.unwrap_or_else(|| syn::parse_quote!(::polyrpc)),
        docs: documentation(&item.attrs),
        supertraits: item.supertraits.into_iter().collect(),
        vis: item.vis,
        ident: item.ident,
        attrs: item.attrs,
        name,
        methods,
        broken,
    }
}

fn short(attrs: &ServiceAttrs, name: &str) -> Option<String> {
    match &attrs.short {
        None => Some(case::snake(name)),
        Some(short) => short.as_ref().map(syn::LitStr::value),
    }
}

fn package(attrs: &ServiceAttrs, item: &ItemTrait, errors: &mut Errors) -> Package {
    match &attrs.package {
        Some(package) => {
            valid::package(package, errors);
            Package { name: package.value(), guessed: false }
        }
        None => Package {
            name: std::env::var("CARGO_CRATE_NAME").unwrap_or_default(),
            guessed: matches!(item.vis, syn::Visibility::Public(_)),
        },
    }
}

fn documentation(attrs: &[Attribute]) -> Docs {
    let deprecated = attrs.iter().any(|attr| attr.path().is_ident("deprecated"));
    Docs { text: docs::docs(attrs), deprecated }
}

fn method(function: &TraitItemFn, service: &ServiceAttrs, errors: &mut Errors) -> Option<Method> {
    let attrs = attr::of_method(&function.attrs, errors);
    let signature = &function.sig;
    valid::signature(signature, errors);
    let output = match &signature.output {
        ReturnType::Type(_, ty) => (**ty).clone(),
        ReturnType::Default => {
            errors.push(&signature.ident, "a method returns a `Result`: add `-> polyrpc::Result<…>`");
            return None;
        }
    };
    let streams = valid::output(&output, errors);
    let Taken { context, arguments, fields, stream } = arguments(signature, service.rename_all, errors)?;
    let method = Method {
        ident: signature.ident.clone(),
        attrs: function.attrs.iter().filter(|attr| !attr.path().is_ident("rpc")).cloned().collect(),
        context,
        arguments,
        fields,
        stream,
        output,
        streams,
        body: function.default.clone(),
        docs: documentation(&function.attrs),
        names: names(&signature.ident, service, &attrs, errors),
        oneway: attrs.oneway,
        bare: attrs.bare,
        idempotent: attrs.idempotent,
        timeout: attrs.timeout,
        priority: attrs.priority,
        pairs: attrs.pairs,
    };
    valid::bare(&method, errors);
    valid::oneway(&method, errors);
    valid::subscription(&method, errors);
    Some(method)
}

fn names(ident: &syn::Ident, service: &ServiceAttrs, attrs: &MethodAttrs, errors: &mut Errors) -> Names {
    let Subscription { notification, unsubscribe } = &attrs.subscription;
    for text in [&attrs.name, &attrs.jsonrpc, &attrs.xmlrpc, notification, unsubscribe].into_iter().flatten()
    {
        valid::method_name(text, errors);
    }
    if let Some(grpc) = &attrs.grpc {
        valid::grpc_name(grpc, errors);
    }
    let rust = case::plain(ident);
    let renamed = renamed(&rust, service.rename_all);
    let own = attrs.name.as_ref().map(syn::LitStr::value);
    let grpc = attrs.grpc.as_ref().map(syn::LitStr::value);
    Names {
        grpc: grpc.unwrap_or_else(|| case::upper_camel(own.as_deref().unwrap_or(&rust))),
        text: own.unwrap_or(renamed),
        jsonrpc: attrs.jsonrpc.as_ref().map(syn::LitStr::value),
        xmlrpc: attrs.xmlrpc.as_ref().map(syn::LitStr::value),
        notification: notification.as_ref().map(syn::LitStr::value),
        unsubscribe: unsubscribe.as_ref().map(syn::LitStr::value),
    }
}

fn renamed(name: &str, rename: Option<Rename>) -> String {
    rename.map_or_else(|| name.to_owned(), |rename| rename.apply(name))
}

/// What a method takes.
struct Taken {
    context: Option<syn::Ident>,
    arguments: Vec<Argument>,
    fields: Fields,
    stream: Option<Stream>,
}

/// Parts a method's arguments into the context and those that travel.
fn arguments(signature: &Signature, rename: Option<Rename>, errors: &mut Errors) -> Option<Taken> {
    let mut context = None;
    let mut arguments = Vec::new();
    let mut fields = Fields { style: Style::Named, fields: Vec::new(), skipped: Vec::new() };
    let mut stream = None;
    for (position, input) in signature.inputs.iter().enumerate() {
        let FnArg::Typed(typed) = input else { continue };
        let Pat::Ident(pattern) = &*typed.pat else {
            errors.push(&typed.pat, "an argument is a plain name: it is its name on the wire");
            return None;
        };
        if valid::is_context(&typed.ty) {
            match (&context, position) {
                (None, 1) => context = Some(pattern.ident.clone()),
                (Some(_), _) => errors.push(typed, "there is one context to a call: remove this one"),
                (None, _) => errors.push(typed, "the context stands before the arguments, behind `&self`"),
            }
            continue;
        }
        let name = case::plain(&pattern.ident);
        let own = attr::of_argument(&typed.attrs, errors);
        let text = own.unwrap_or_else(|| renamed(&name, rename));
        if valid::is_stream(&typed.ty) {
            let ty = Type::clone(&typed.ty);
            arguments.push(Argument { ident: pattern.ident.clone(), ty: ty.clone(), borrowed: false });
            stream = Some(Stream { name, text, ty });
            continue;
        }
        let (held, borrowed) = valid::argument(&typed.ty, errors)?;
        fields.fields.push(Field {
            member: Member::Named(pattern.ident.clone()),
            json: case::json(&name),
            name,
            text,
            tag: u32::try_from(fields.fields.len() + 1).unwrap_or(u32::MAX),
            ty: held,
            default: Default::Missing,
            docs: documentation(&typed.attrs),
        });
        arguments.push(Argument { ident: pattern.ident.clone(), ty: Type::clone(&typed.ty), borrowed });
    }
    check_names(&fields, errors);
    if let Some(stream) = &stream
        && arguments.len() > 1
    {
        errors.push(&stream.ty, "beside a stream no other argument travels: make them its first item");
    }
    Some(Taken { context, arguments, fields, stream })
}
