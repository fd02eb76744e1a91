//! Which files import which.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::error::SchemaError;
use super::model::{FieldType, File, Message};
use super::names::full;
use super::well_known::well_known_files;

/// Fills in what files import, and refuses circles.
pub(super) fn resolve(files: &mut [File]) -> Result<(), SchemaError> {
    let mut places = HashMap::new();
    for file in well_known_files().iter().chain(files.iter()) {
        let messages = file.messages.iter().map(|message| &message.name);
        for name in messages.chain(file.enums.iter().map(|unit| &unit.name)) {
            places.insert(full(&file.package, name), file.path.clone());
        }
    }
    for file in &mut *files {
        let mut imports = BTreeSet::new();
        let mut need = |name: &str| {
            if let Some(path) = place(&places, name).filter(|path| **path != file.path) {
                imports.insert(path.clone());
            }
        };
        for method in file.services.iter().flat_map(|service| &service.methods) {
            need(&method.input);
            need(&method.output);
        }
        file.messages.iter().for_each(|message| of_message(message, &mut need));
        file.imports = imports.into_iter().collect();
    }
    circles(files)
}

/// The file of a type, or of the message in which it is nested.
fn place<'a>(places: &'a HashMap<String, String>, name: &str) -> Option<&'a String> {
    let mut name = name;
    loop {
        match places.get(name) {
            Some(path) => return Some(path),
            None => name = name.rsplit_once('.')?.0,
        }
    }
}

fn of_message(message: &Message, need: &mut impl FnMut(&str)) {
    message.nested.iter().for_each(|nested| of_message(nested, need));
    for field in &message.fields {
        let ty = match &field.ty {
            FieldType::Map(_, value) => value,
            ty => ty,
        };
        if let FieldType::Message(name) | FieldType::Enum(name) = ty {
            need(name);
        }
    }
}

fn circles(files: &[File]) -> Result<(), SchemaError> {
    let mut left: BTreeMap<&str, &[String]> =
        files.iter().map(|file| (file.path.as_str(), file.imports.as_slice())).collect();
    // Takes away what imports nothing that is left, or what nothing that is left imports: what stays is a circle.
    loop {
        let before = left.len();
        let paths: BTreeSet<&str> = left.keys().copied().collect();
        left.retain(|_, imports| imports.iter().any(|path| paths.contains(path.as_str())));
        let imported: BTreeSet<&str> = left.values().copied().flatten().map(String::as_str).collect();
        left.retain(|path, _| imported.contains(path));
        match left.len() {
            0 => return Ok(()),
            len if len == before => {
                return Err(SchemaError::cycle(left.into_keys().map(str::to_owned).collect()));
            }
            _ => {}
        }
    }
}
