//! Names of Unix sockets: a file's, or an abstract one, with percent-encoding.

use super::error::Kind;
use super::percent::decode;
#[cfg(all(unix, feature = "unix", feature = "server"))]
use super::percent::encode;
use super::registry::Entry;
use super::{Address, EndpointError};

/// The bytes of a socket's name at most: `sun_path` of unix(7) without the zero byte behind a path, or before an
/// abstract name.
const MOST: usize = if cfg!(any(target_os = "linux", target_os = "android")) { 107 } else { 103 };

/// `/path`, `relative/path`, or `@name`.
pub(super) fn socket(entry: &Entry, rest: &str) -> Result<Address, EndpointError> {
    let bad = |problem| EndpointError::address(entry, problem);
    // `unix:///run/x.sock` and `unix:/run/x.sock` are the same file.
    let text = if rest.starts_with("///") { &rest[2..] } else { rest };
    if text.is_empty() {
        return Err(bad("a path must follow the colon"));
    }
    if text.starts_with("//") {
        return Err(bad("a host has no meaning here: write one slash, or three"));
    }
    let (name, is_abstract) = match text.strip_prefix('@') {
        Some(name) => (name, true),
        None => (text, false),
    };
    let name =
        decode(name).ok_or_else(|| bad("two hexadecimal digits must follow a %; write %25 for itself"))?;
    if name.len() > MOST {
        return Err(Kind::Length { scheme: entry.scheme, len: name.len(), most: MOST }.into());
    }
    let text = text.to_owned();
    if is_abstract {
        return match name.is_empty() {
            true => Err(bad("a name must follow the @")),
            false => Ok(Address::Abstract { text, name }),
        };
    }
    match String::from_utf8(name) {
        Ok(path) if path.contains('\0') => Err(bad("a path holds no zero byte")),
        Ok(path) => Ok(Address::Path { text, path }),
        Err(_) => Err(bad("a path must be UTF-8")),
    }
}

/// A text that is read as this path.
#[cfg(all(unix, feature = "unix", feature = "server"))]
pub(super) fn encode_path(path: &[u8]) -> String {
    match path.strip_prefix(b"@") {
        // It would make an abstract name of it.
        Some(rest) => format!("%40{}", encode(rest)),
        None => encode(path),
    }
}
