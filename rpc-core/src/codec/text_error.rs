//! Errors of the text formats, in the shape of ours: the format's message, and the path that a tracker found when
//! the same value was written or read again.

use serde_path_to_error::{Path, Segment};

use super::Error;

const MISSING: &str = "missing field `";

/// An error of that message at that path. `names` are those of the arguments, if the value is arguments: read by
/// position, they have a place and no name.
#[cold]
pub(super) fn describe(message: String, path: &Path, names: &[&str]) -> Error {
    let mut text = String::new();
    for (depth, segment) in path.iter().enumerate() {
        let name = match segment {
            Segment::Seq { index } => match names.get(*index).filter(|_| depth == 0) {
                Some(name) => (*name).to_owned(),
                None => {
                    text.push_str(&format!("[{index}]"));
                    continue;
                }
            },
            Segment::Map { key } => key.clone(),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => continue,
        };
        push(&mut text, &name);
    }
    match message.strip_prefix(MISSING).and_then(|rest| rest.split_once('`')) {
        Some((name, _)) => {
            match name.bytes().all(|byte| byte.is_ascii_digit()) {
                // an element of a tuple
                true => text.push_str(&format!("[{name}]")),
                false => push(&mut text, name),
            }
            Error::with_path("missing", text)
        }
        None => Error::with_path(message, text),
    }
}

fn push(path: &mut String, name: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
}
