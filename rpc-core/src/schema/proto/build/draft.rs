//! The definitions that were found so far, and the types that still have to be looked at.

use std::collections::{HashMap, HashSet, VecDeque};
use std::ptr;

use super::super::error::SchemaError;
use super::super::model::{Enum, Message};
use super::super::names;
use crate::schema::{EnumType, MessageType, UnionType};

/// A type of a package.
#[derive(Clone, Debug)]
pub(super) enum Definition {
    Message(Message),
    Enum(Enum),
}

/// A Rust type that has a name.
#[derive(Clone, Copy)]
pub(super) enum Named {
    Message(&'static MessageType),
    Enum(&'static EnumType),
    Union(&'static UnionType),
}

/// A definition, and what it was made from, for errors.
struct Found {
    package: String,
    definition: Definition,
    origin: String,
}

/// What has a name already, but no definition.
enum Pending {
    /// A Rust type of a package.
    Named(Named, String),
    /// A message that no Rust type stands for.
    Generated(Found),
}

/// Definitions in the order in which they were named.
#[derive(Default)]
pub(super) struct Draft {
    found: Vec<Found>,
    by_name: HashMap<String, usize>,
    /// Types that were looked at: the address of the schema, and the full name.
    seen: HashSet<(usize, String)>,
    pending: VecDeque<Pending>,
}

impl Draft {
    /// The full name of a type that was named in `package`, whose turn comes later.
    pub(super) fn refer(&mut self, named: Named, package: &str) -> String {
        let package = named.package().unwrap_or(package);
        let full = names::full(package, named.name());
        if self.seen.insert((named.address(), full.clone())) {
            self.pending.push_back(Pending::Named(named, package.to_owned()));
        }
        full
    }

    /// Looks at all types that were named, and at those that they name. `by` is the method that named them.
    pub(super) fn settle(&mut self, by: &str) -> Result<(), SchemaError> {
        while let Some(pending) = self.pending.pop_front() {
            let found = match pending {
                Pending::Generated(found) => found,
                Pending::Named(named, package) => {
                    let definition = match named {
                        Named::Message(message) => Definition::Message(self.message(message, &package)?),
                        Named::Enum(unit) => Definition::Enum(super::types::unit_enum(unit)),
                        Named::Union(union) => Definition::Message(self.union(union, &package)?),
                    };
                    let origin = format!("{} (named by {by})", named.rust_name());
                    Found { package, definition, origin }
                }
            };
            self.define(found)?;
        }
        Ok(())
    }

    /// Adds a message that no Rust type stands for.
    pub(super) fn generate(&mut self, package: &str, message: Message, origin: String) {
        let definition = Definition::Message(message);
        self.pending.push_back(Pending::Generated(Found { package: package.to_owned(), definition, origin }));
    }

    /// Adds a definition. The same one may come again: from the same Rust type, or from another that looks alike.
    fn define(&mut self, found: Found) -> Result<(), SchemaError> {
        let full = names::full(&found.package, found.definition.name());
        if let Some(&index) = self.by_name.get(&full) {
            let first = &self.found[index];
            return match first.definition.is_same(&found.definition) {
                true => Ok(()),
                false => Err(SchemaError::conflict(full, &first.origin, found.origin)),
            };
        }
        self.by_name.insert(full, self.found.len());
        self.found.push(found);
        Ok(())
    }

    /// All definitions with their packages.
    pub(super) fn definitions(self) -> impl Iterator<Item = (String, Definition)> {
        self.found.into_iter().map(|found| (found.package, found.definition))
    }
}

impl Named {
    fn name(self) -> &'static str {
        match self {
            Named::Message(message) => message.name,
            Named::Enum(unit) => unit.name,
            Named::Union(union) => union.name,
        }
    }

    fn package(self) -> Option<&'static str> {
        match self {
            Named::Message(message) => message.package,
            Named::Enum(unit) => unit.package,
            Named::Union(union) => union.package,
        }
    }

    fn rust_name(self) -> String {
        let module = match self {
            Named::Message(message) => message.module,
            Named::Enum(unit) => unit.module,
            Named::Union(union) => union.module,
        };
        match module {
            "" => self.name().to_owned(),
            module => format!("{module}::{}", self.name()),
        }
    }

    fn address(self) -> usize {
        match self {
            Named::Message(message) => ptr::from_ref(message).addr(),
            Named::Enum(unit) => ptr::from_ref(unit).addr(),
            Named::Union(union) => ptr::from_ref(union).addr(),
        }
    }
}

impl Definition {
    fn name(&self) -> &str {
        match self {
            Definition::Message(message) => &message.name,
            Definition::Enum(unit) => &unit.name,
        }
    }

    /// Whether both are the same but for comments and marks.
    fn is_same(&self, other: &Definition) -> bool {
        match (self, other) {
            (Definition::Message(one), Definition::Message(other)) => bare(one) == bare(other),
            (Definition::Enum(one), Definition::Enum(other)) => {
                let values = |unit: &Enum| {
                    unit.values.iter().map(|value| (value.name.clone(), value.number)).collect::<Vec<_>>()
                };
                values(one) == values(other)
            }
            _ => false,
        }
    }
}

/// A message without comments and marks.
fn bare(message: &Message) -> Message {
    let mut bare = message.clone();
    bare.docs.clear();
    bare.deprecated = false;
    bare.reserved_tags.clear();
    bare.reserved_names.clear();
    for field in &mut bare.fields {
        field.docs.clear();
        field.deprecated = false;
    }
    bare.nested = message.nested.iter().map(self::bare).collect();
    bare
}
