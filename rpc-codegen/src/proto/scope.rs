//! How a type is called where it is used
//! ([type name resolution](https://protobuf.dev/programming-guides/proto3/#name-resolution)).

use std::collections::HashSet;

use polyrpc_core::schema::proto::{File, Message};

/// The full names of all types, services and packages.
pub(super) struct Names(HashSet<String>);

impl Names {
    pub(super) fn new(files: &[File]) -> Names {
        // The package of the well-known files.
        let mut names = Names(HashSet::from(["google".to_owned()]));
        for file in files {
            let package = file.package.as_str();
            names.0.extend(package.match_indices('.').map(|(dot, _)| package[..dot].to_owned()));
            names.0.insert(package.to_owned());
            names.0.extend(file.services.iter().map(|service| join(package, &service.name)));
            names.0.extend(file.enums.iter().map(|unit| join(package, &unit.name)));
            file.messages.iter().for_each(|message| names.add(package, message));
        }
        names
    }

    fn add(&mut self, scope: &str, message: &Message) {
        let name = join(scope, &message.name);
        message.nested.iter().for_each(|nested| self.add(&name, nested));
        self.0.insert(name);
    }

    /// The shortest name that means the type `full` in `scope`, a message or a package.
    pub(super) fn short(&self, full: &str, scope: &str) -> String {
        for outer in scopes(scope) {
            let relative = match outer {
                "" => Some(full),
                outer => full.strip_prefix(outer).and_then(|rest| rest.strip_prefix('.')),
            };
            if let Some(relative) = relative.filter(|relative| self.means(relative, scope) == full) {
                return relative.to_owned();
            }
        }
        format!(".{full}")
    }

    /// What a relative name means in a scope: the innermost scope decides that knows its first part.
    fn means(&self, relative: &str, scope: &str) -> String {
        let first = relative.split('.').next().unwrap_or_default();
        let known = scopes(scope).find(|scope| self.0.contains(&join(scope, first)));
        join(known.unwrap_or_default(), relative)
    }
}

/// A scope and those around it, the nameless outermost one too.
fn scopes(scope: &str) -> impl Iterator<Item = &str> {
    let mut next = Some(scope);
    std::iter::from_fn(move || {
        let scope = next?;
        next = match scope {
            "" => None,
            scope => Some(scope.rsplit_once('.').map_or("", |(outer, _)| outer)),
        };
        Some(scope)
    })
}

/// The full name of what is called so in a scope.
pub(super) fn join(scope: &str, name: &str) -> String {
    match scope {
        "" => name.to_owned(),
        scope => format!("{scope}.{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_where_they_are_clear() {
        let names = [
            "a",
            "a.b",
            "a.b.Item",
            "a.b.Order",
            "a.b.Order.Item",
            "a.c",
            "a.c.Item",
            "google",
            "a.b.google",
        ];
        let names = Names(names.map(str::to_owned).into());
        assert_eq!(names.short("a.b.Item", "a.b"), "Item");
        assert_eq!(names.short("a.b.Order.Item", "a.b.Order"), "Item");
        assert_eq!(names.short("a.b.Order.Item", "a.b"), "Order.Item");
        assert_eq!(names.short("a.b.Item", "a.b.Order"), "b.Item");
        assert_eq!(names.short("a.c.Item", "a.b"), "c.Item");
        assert_eq!(names.short("google.protobuf.Value", "a.c"), "google.protobuf.Value");
        assert_eq!(names.short("google.protobuf.Value", "a.b"), ".google.protobuf.Value");
    }
}
