//! The names that a file takes: no two things may have the same one.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::error::SchemaError;
use super::model::{File, Message};
use super::names::full;

/// Calls `f` with the full name of everything that a file names, and with what it is.
pub(crate) fn each(file: &File, f: &mut impl FnMut(String, &'static str)) {
    for service in &file.services {
        let name = full(&file.package, &service.name);
        for method in &service.methods {
            f(full(&name, &method.name), "a method");
        }
        f(name, "a service");
    }
    for message in &file.messages {
        each_of_message(message, &file.package, f);
    }
    for unit in &file.enums {
        f(full(&file.package, &unit.name), "an enum");
        for value in &unit.values {
            // The values stand beside their enum, not in it.
            f(full(&file.package, &value.name), "a value of an enum");
        }
    }
}

fn each_of_message(message: &Message, scope: &str, f: &mut impl FnMut(String, &'static str)) {
    let name = full(scope, &message.name);
    for nested in &message.nested {
        each_of_message(nested, &name, f);
    }
    for field in &message.fields {
        f(full(&name, &field.name), "a field");
        if let Some(entry) = field.entry_name() {
            f(full(&name, &entry), "the entry of a map");
        }
    }
    if let Some(oneof) = &message.oneof {
        f(full(&name, oneof), "a oneof");
    }
    f(name, "a message");
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
                conflict.get_or_insert_with(|| SchemaError::conflict(name, first, what));
            }
        });
    }
    conflict.map_or(Ok(()), Err)
}
