//! The names that a file takes: no two things may have the same one.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;

use super::error::SchemaError;
use super::model::{File, Message};
use super::names::full;

/// What has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    Service,
    Method,
    Message,
    Field,
    Oneof,
    Entry,
    Enum,
    EnumValue,
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Symbol::Service => "a service",
            Symbol::Method => "a method",
            Symbol::Message => "a message",
            Symbol::Field => "a field",
            Symbol::Oneof => "a oneof",
            Symbol::Entry => "the entry of a map",
            Symbol::Enum => "an enum",
            Symbol::EnumValue => "a value of an enum",
        })
    }
}

/// Calls `f` with the full name of everything that a file names, and with what it is.
pub(crate) fn each(file: &File, f: &mut impl FnMut(String, Symbol)) {
    for service in &file.services {
        let name = full(&file.package, &service.name);
        for method in &service.methods {
            f(full(&name, &method.name), Symbol::Method);
        }
        f(name, Symbol::Service);
    }
    for message in &file.messages {
        each_of_message(message, &file.package, f);
    }
    for unit in &file.enums {
        f(full(&file.package, &unit.name), Symbol::Enum);
        for value in &unit.values {
            // The values stand beside their enum, not in it.
            f(full(&file.package, &value.name), Symbol::EnumValue);
        }
    }
}

fn each_of_message(message: &Message, scope: &str, f: &mut impl FnMut(String, Symbol)) {
    let name = full(scope, &message.name);
    for nested in &message.nested {
        each_of_message(nested, &name, f);
    }
    for field in &message.fields {
        f(full(&name, &field.name), Symbol::Field);
        if let Some(entry) = field.entry_name() {
            f(full(&name, &entry), Symbol::Entry);
        }
    }
    if let Some(oneof) = &message.oneof {
        f(full(&name, oneof), Symbol::Oneof);
    }
    f(name, Symbol::Message);
}

/// Refuses two things of one name.
pub(super) fn check(files: &[File]) -> Result<(), SchemaError> {
    let mut known = HashMap::new();
    let mut conflict = None;
    for file in files {
        each(file, &mut |name, what| match known.entry(name) {
            Entry::Vacant(free) => drop(free.insert(what)),
            Entry::Occupied(taken) => {
                let (name, first) = (taken.key(), *taken.get());
                conflict
                    .get_or_insert_with(|| SchemaError::conflict(name, first.to_string(), what.to_string()));
            }
        });
    }
    conflict.map_or(Ok(()), Err)
}
