//! From services to files.

mod draft;
mod fields;
mod service;
mod types;

use std::collections::BTreeMap;

use super::error::SchemaError;
use super::model::File;
use super::names;
use super::{imports, symbols};
use crate::schema::ServiceSchema;
use draft::{Definition, Draft};

/// The proto files of services and of all types that they name: one for each package, ordered by path. The
/// well-known files that they import are not among them.
///
/// # Errors
///
/// Two different types (or a type and a service, or two values of enums) that would have one full name, packages
/// that need each other, and a type without an end.
///
/// # Examples
///
/// ```
/// assert!(polyrpc_core::schema::proto::files(&[])?.is_empty());
/// # Ok::<(), polyrpc_core::schema::proto::SchemaError>(())
/// ```
pub fn files(services: &[&'static ServiceSchema]) -> Result<Vec<File>, SchemaError> {
    let mut draft = Draft::default();
    let mut files = BTreeMap::new();
    for schema in services {
        let service = draft.service(schema)?;
        file(&mut files, schema.package).services.push(service);
    }
    for (package, definition) in draft.definitions() {
        let file = file(&mut files, &package);
        match definition {
            Definition::Message(message) => file.messages.push(message),
            Definition::Enum(unit) => file.enums.push(unit),
        }
    }
    let mut files: Vec<File> = files.into_values().collect();
    symbols::check(&files)?;
    imports::resolve(&mut files)?;
    Ok(files)
}

fn file<'a>(files: &'a mut BTreeMap<String, File>, package: &str) -> &'a mut File {
    let path = names::path(package);
    files.entry(path.clone()).or_insert_with(|| File::new(path, package))
}
