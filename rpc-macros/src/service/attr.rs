//! The vocabulary of `#[service(…)]`, and of `#[rpc(…)]` on methods and arguments.

use std::time::Duration;

use proc_macro2::TokenStream;
use syn::parse::Parser;
use syn::{Attribute, LitStr, Path};

use crate::common::case::Rename;
use crate::common::errors::Errors;
use crate::common::keys::{Shape, Table, Value};

const SERVICE: Table = Table {
    place: "#[service]",
    keys: &[
        ("package", Shape::Text),
        ("name", Shape::Text),
        ("rename_all", Shape::Text),
        ("short", Shape::TextOrFalse),
        ("crate", Shape::Path),
    ],
};

const METHOD: Table = Table {
    place: "#[rpc] on a method",
    keys: &[
        ("name", Shape::Text),
        ("jsonrpc", Shape::TextOrPairs),
        ("xmlrpc", Shape::Text),
        ("grpc", Shape::Text),
        ("oneway", Shape::Flag),
        ("bare", Shape::Flag),
        ("idempotent", Shape::Flag),
        ("timeout", Shape::Text),
        ("priority", Shape::UpTo(HIGHEST_PRIORITY)),
        ("attr", Shape::Pairs),
    ],
};

/// Of the message queues of POSIX, as Linux has them: `MQ_PRIO_MAX - 1` (mq_overview(7)).
const HIGHEST_PRIORITY: u32 = 32_767;

const ARGUMENT: Table = Table { place: "#[rpc] on an argument", keys: &[("name", Shape::Text)] };

/// What `#[service(…)]` says.
#[derive(Default)]
pub(super) struct ServiceAttrs {
    pub(super) package: Option<LitStr>,
    pub(super) name: Option<LitStr>,
    pub(super) rename_all: Option<Rename>,
    /// `short = "…"`, or `short = false` as None.
    pub(super) short: Option<Option<LitStr>>,
    pub(super) krate: Option<Path>,
}

/// What `#[rpc(…)]` says of a method.
#[derive(Default)]
pub(super) struct MethodAttrs {
    pub(super) name: Option<LitStr>,
    pub(super) jsonrpc: Option<LitStr>,
    pub(super) subscription: Subscription,
    pub(super) xmlrpc: Option<LitStr>,
    pub(super) grpc: Option<LitStr>,
    pub(super) oneway: bool,
    pub(super) bare: bool,
    pub(super) idempotent: bool,
    pub(super) timeout: Option<Duration>,
    pub(super) priority: Option<u32>,
    pub(super) pairs: Vec<(String, String)>,
}

/// The names of a stream in JSON-RPC, beside that of the method.
#[derive(Default)]
pub(super) struct Subscription {
    pub(super) notification: Option<LitStr>,
    pub(super) unsubscribe: Option<LitStr>,
}

fn subscription(method: &mut MethodAttrs, pairs: Vec<(syn::Ident, LitStr)>, errors: &mut Errors) {
    for (key, text) in pairs {
        match key.to_string().as_str() {
            "subscribe" => method.jsonrpc = Some(text),
            "notification" => method.subscription.notification = Some(text),
            "unsubscribe" => method.subscription.unsubscribe = Some(text),
            _ => errors.push(
                &key,
                format!("unknown key `{key}`: a subscription has subscribe, notification, unsubscribe"),
            ),
        }
    }
}

pub(super) fn of_service(tokens: TokenStream, errors: &mut Errors) -> ServiceAttrs {
    let mut attrs = ServiceAttrs::default();
    let read = |input: syn::parse::ParseStream<'_>| Ok(SERVICE.read(input, errors));
    for item in read.parse2(tokens).unwrap_or_default() {
        match (item.key.to_string().as_str(), item.value) {
            ("package", Value::Text(text)) => attrs.package = Some(text),
            ("name", Value::Text(text)) => attrs.name = Some(text),
            ("rename_all", Value::Text(text)) => attrs.rename_all = errors.take(Rename::parse(&text)),
            ("short", Value::Text(text)) => attrs.short = Some(Some(text)),
            ("short", _) => attrs.short = Some(None),
            (_, Value::Path(path)) => attrs.krate = Some(path),
            _ => {}
        }
    }
    attrs
}

pub(super) fn of_method(attrs: &[Attribute], errors: &mut Errors) -> MethodAttrs {
    let mut method = MethodAttrs::default();
    for item in METHOD.read_all("rpc", attrs, errors) {
        match (item.key.to_string().as_str(), item.value) {
            ("name", Value::Text(text)) => method.name = Some(text),
            ("jsonrpc", Value::Text(text)) => method.jsonrpc = Some(text),
            ("jsonrpc", Value::Pairs(pairs)) => subscription(&mut method, pairs, errors),
            ("xmlrpc", Value::Text(text)) => method.xmlrpc = Some(text),
            ("grpc", Value::Text(text)) => method.grpc = Some(text),
            ("timeout", Value::Text(text)) => method.timeout = errors.take(duration(&text)),
            ("priority", Value::Number(priority)) => method.priority = Some(priority),
            ("oneway", _) => method.oneway = true,
            ("bare", _) => method.bare = true,
            ("idempotent", _) => method.idempotent = true,
            (_, Value::Pairs(pairs)) => {
                method.pairs = pairs.iter().map(|(key, value)| (key.to_string(), value.value())).collect();
            }
            _ => {}
        }
    }
    method
}

/// The name that `#[rpc(name = "…")]` gives an argument.
pub(super) fn of_argument(attrs: &[Attribute], errors: &mut Errors) -> Option<String> {
    ARGUMENT.read_all("rpc", attrs, errors).into_iter().find_map(|item| match item.value {
        Value::Text(text) => Some(text.value()),
        _ => None,
    })
}

/// `2s`, `500ms`, `3m`, `1h`.
fn duration(text: &LitStr) -> syn::Result<Duration> {
    let value = text.value();
    let unit = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    let (digits, unit) = value.split_at(unit);
    let millis = match unit {
        "ms" => Some(1),
        "s" => Some(1_000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        _ => None,
    };
    let duration = digits.parse::<u64>().ok().zip(millis).and_then(|(count, unit)| count.checked_mul(unit));
    duration
        .map(Duration::from_millis)
        .ok_or_else(|| syn::Error::new_spanned(text, "write a number and a unit: `2s`, `500ms`, `3m`, `1h`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit() {
        let read = |text: &str| duration(&LitStr::new(text, proc_macro2::Span::call_site())).ok();
        assert_eq!(read("2s"), Some(Duration::from_secs(2)));
        assert_eq!(read("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(read("3m"), Some(Duration::from_secs(180)));
        assert_eq!(read("1h"), Some(Duration::from_secs(3600)));
        for text in ["", "2", "s", "2 s", "-1s", "1.5s", "99999999999999999999s", "18446744073709551615h"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
