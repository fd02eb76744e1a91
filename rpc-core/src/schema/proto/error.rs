//! Why services have no proto files.

use std::fmt;

/// Why services have no proto files: two things would have one name, packages would import each other, or a type
/// has no end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Conflict { name: String, both: [String; 2] },
    Cycle(Vec<String>),
    Endless { place: String },
}

impl SchemaError {
    /// Two things that would have the same full name.
    pub(super) fn conflict(
        name: impl Into<String>,
        first: impl Into<String>,
        second: impl Into<String>,
    ) -> Self {
        SchemaError(Kind::Conflict { name: name.into(), both: [first.into(), second.into()] })
    }

    /// Files that import each other in a circle.
    pub(super) fn cycle(paths: Vec<String>) -> SchemaError {
        SchemaError(Kind::Cycle(paths))
    }

    /// A type that contains itself without a struct between.
    pub(super) fn endless(place: impl Into<String>) -> SchemaError {
        SchemaError(Kind::Endless { place: place.into() })
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Conflict { name, both: [first, second] } => write!(
                f,
                "{first} and {second} are different, and both are `{name}` in proto: rename one, or give it a \
                 package of its own with #[rpc(package = \"…\")]"
            ),
            Kind::Cycle(paths) => write!(
                f,
                "the packages of {} need each other, which proto does not allow: put their types into one package",
                paths.join(" and ")
            ),
            Kind::Endless { place } => write!(
                f,
                "a type in {place} contains itself, which proto does not allow unless a struct or enum stands \
                 between"
            ),
        }
    }
}

impl std::error::Error for SchemaError {}
