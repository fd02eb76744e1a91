//! Attributes of the form `#[name(key, key = "text", key(pair = "text"))]`, read through a table.

use proc_macro2::{Ident, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse as _, ParseStream, Parser};
use syn::{Attribute, Lit, LitBool, LitInt, LitStr, Meta, Path, Token, parenthesized};

use super::errors::Errors;

/// What stands behind a key.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    /// `key`
    Flag,
    /// `key = "text"`
    Text,
    /// `key = "text"` or `key = false`
    TextOrFalse,
    /// `key = some::path`
    Path,
    /// `key(name = "text", …)`
    Pairs,
    /// `key = "text"` or `key(name = "text", …)`
    TextOrPairs,
    /// `key = 7`
    Number,
    /// `key = 7`, and no more than this
    UpTo(u32),
    /// `key(1, 2, "name")`
    Reserved,
    /// `"text"`, without a key; at most one in a table
    Literal,
}

/// The keys that an attribute knows in one place.
pub(crate) struct Table {
    /// What the table is for, as the errors name it: `#[rpc] on a method`.
    pub(crate) place: &'static str,
    pub(crate) keys: &'static [(&'static str, Shape)],
}

/// What was read behind a key.
pub(crate) enum Value {
    Flag,
    Text(LitStr),
    False,
    Path(Path),
    Pairs(Vec<(Ident, LitStr)>),
    Number(u32),
    Reserved(Vec<u32>, Vec<String>),
}

/// One key with its value.
pub(crate) struct Item {
    pub(crate) key: Ident,
    pub(crate) value: Value,
}

impl Table {
    /// Reads what stands in an attribute's parentheses.
    pub(crate) fn read(&self, input: ParseStream<'_>, errors: &mut Errors) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::new();
        while !input.is_empty() {
            match self.item(input) {
                Ok(item) if items.iter().any(|other| other.key == item.key) => {
                    errors.push(&item.key, format!("`{}` is given twice", item.key));
                }
                Ok(item) => items.push(item),
                Err(error) => {
                    errors.add(error);
                    skip_to_comma(input);
                }
            }
            if !input.is_empty()
                && let Err(error) = input.parse::<Token![,]>()
            {
                errors.add(error);
                skip_to_comma(input);
                // A missing comma is one mistake: the next one is read as the end of the item.
                let _ = input.parse::<Token![,]>();
            }
        }
        items
    }

    /// Reads every attribute called `name` among `attrs`.
    pub(crate) fn read_all(&self, name: &str, attrs: &[Attribute], errors: &mut Errors) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::new();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
            let Meta::List(list) = &attr.meta else {
                errors.push(attr, format!("write #[{name}(…)]: {} knows {}", self.place, self.known()));
                continue;
            };
            let read = |input: ParseStream<'_>| Ok(self.read(input, errors));
            for item in read.parse2(list.tokens.clone()).unwrap_or_default() {
                match items.iter().any(|other| other.key == item.key) {
                    true => errors.push(&item.key, format!("`{}` is given twice", item.key)),
                    false => items.push(item),
                }
            }
        }
        items
    }

    fn item(&self, input: ParseStream<'_>) -> syn::Result<Item> {
        let literal = self.keys.iter().find(|(_, shape)| matches!(shape, Shape::Literal));
        if let (Some((name, _)), true) = (literal, input.peek(LitStr)) {
            let text: LitStr = input.parse()?;
            return Ok(Item { key: Ident::new(name, text.span()), value: Value::Text(text) });
        }
        let key = input.call(Ident::parse_any)?;
        let Some((name, shape)) = self.keys.iter().find(|(name, _)| key == name) else {
            let meant = self.keys.iter().find(|(name, _)| letters(name) == letters(&key.to_string()));
            let meant = meant.map_or_else(String::new, |(name, _)| format!("did you mean `{name}`? "));
            let message = format!("unknown key `{key}`: {meant}{} knows {}", self.place, self.known());
            return Err(syn::Error::new_spanned(&key, message));
        };
        let value = shape
            .read(input)
            .ok_or_else(|| syn::Error::new_spanned(&key, format!("write {}", shape.example(name))))?;
        Ok(Item { key, value })
    }

    fn known(&self) -> String {
        let names: Vec<&str> = self.keys.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }
}

impl Shape {
    /// The value, or none if it has another shape.
    fn read(self, input: ParseStream<'_>) -> Option<Value> {
        match self {
            Shape::Literal => None,
            Shape::Flag => (input.is_empty() || input.peek(Token![,])).then_some(Value::Flag),
            Shape::Pairs => pairs(input).ok().map(Value::Pairs),
            Shape::TextOrPairs if input.peek(Token![=]) => Shape::Text.read(input),
            Shape::TextOrPairs => Shape::Pairs.read(input),
            Shape::Reserved => reserved(input).ok(),
            Shape::Number => {
                input.parse::<Token![=]>().ok()?;
                input.parse::<LitInt>().ok()?.base10_parse().ok().map(Value::Number)
            }
            Shape::UpTo(most) => {
                let number = Shape::Number.read(input);
                number.filter(|value| matches!(value, Value::Number(number) if *number <= most))
            }
            Shape::Path => {
                input.parse::<Token![=]>().ok()?;
                input.call(Path::parse_mod_style).ok().map(Value::Path)
            }
            Shape::Text => {
                input.parse::<Token![=]>().ok()?;
                input.parse().ok().map(Value::Text)
            }
            Shape::TextOrFalse => {
                input.parse::<Token![=]>().ok()?;
                match input.peek(LitBool) {
                    true => input.parse().ok().filter(|on: &LitBool| !on.value).map(|_| Value::False),
                    false => input.parse().ok().map(Value::Text),
                }
            }
        }
    }

    fn example(self, name: &str) -> String {
        match self {
            Shape::Flag => format!("`{name}` alone"),
            Shape::Text => format!("`{name} = \"…\"`"),
            Shape::TextOrFalse => format!("`{name} = \"…\"` or `{name} = false`"),
            Shape::Path => format!("`{name} = some::path`"),
            Shape::Pairs => format!("`{name}(key = \"value\")`"),
            Shape::TextOrPairs => format!("`{name} = \"…\"` or `{name}(key = \"value\")`"),
            Shape::Number => format!("`{name} = 7`"),
            Shape::UpTo(most) => format!("`{name} = 7`, a number from 0 to {most}"),
            Shape::Reserved => format!("`{name}(1, 2, \"name\")`"),
            Shape::Literal => format!("the {name} alone: `\"…\"`"),
        }
    }
}

fn pairs(input: ParseStream<'_>) -> syn::Result<Vec<(Ident, LitStr)>> {
    let content;
    parenthesized!(content in input);
    let pair = |input: ParseStream<'_>| {
        let key = input.call(Ident::parse_any)?;
        input.parse::<Token![=]>()?;
        Ok((key, input.parse()?))
    };
    Ok(content.parse_terminated(pair, Token![,])?.into_iter().collect())
}

fn reserved(input: ParseStream<'_>) -> syn::Result<Value> {
    let content;
    parenthesized!(content in input);
    let (mut tags, mut names) = (Vec::new(), Vec::new());
    for lit in content.parse_terminated(Lit::parse, Token![,])? {
        match lit {
            Lit::Int(tag) => tags.push(tag.base10_parse()?),
            Lit::Str(name) => names.push(name.value()),
            lit => return Err(syn::Error::new_spanned(lit, "neither a number nor a name")),
        }
    }
    Ok(Value::Reserved(tags, names))
}

/// A name without what is easily mistaken in it.
fn letters(name: &str) -> String {
    name.replace('_', "").to_lowercase()
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        // There is a token left, so that this cannot fail.
        let _ = input.parse::<TokenTree>();
    }
}
