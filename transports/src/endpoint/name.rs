//! Names of Unix sockets, a file's or an abstract one, and of message queues, with percent-encoding.

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

/// The bytes of a message queue's name at most, with its slash (mq_overview(7)).
pub(crate) const QUEUE_MOST: usize = 255;

/// `/name`, of which there may be no other slash.
pub(super) fn queue(entry: &Entry, rest: &str) -> Result<Address, EndpointError> {
    let bad = |problem| EndpointError::address(entry, problem);
    let text = if rest.starts_with("///") { &rest[2..] } else { rest };
    if text.starts_with("//") {
        return Err(bad("a host has no meaning here: write one slash, or three"));
    }
    if !text.starts_with('/') {
        let meant = (!text.is_empty() && !text.contains('/')).then(|| format!("{}:/{text}", entry.scheme));
        return Err(Kind::NoSlash { scheme: entry.scheme, meant }.into());
    }
    let name =
        decode(text).ok_or_else(|| bad("two hexadecimal digits must follow a %; write %25 for itself"))?;
    if name.len() > QUEUE_MOST {
        return Err(Kind::Length { scheme: entry.scheme, len: name.len(), most: QUEUE_MOST }.into());
    }
    let name = String::from_utf8(name).map_err(|_| bad("a name must be UTF-8"))?;
    check_queue(&name).map_err(bad)?;
    Ok(Address::Queue { text: text.to_owned(), name })
}

/// Whether a queue can have this name: the system's own errors would not say what is wrong with it.
pub(crate) fn check_queue(name: &str) -> Result<(), &'static str> {
    match name.strip_prefix('/') {
        None => Err("a queue's name begins with a slash"),
        Some("") => Err("a name must follow the slash"),
        Some("." | "..") => Err("a queue cannot be named . or .."),
        Some(rest) if rest.contains('/') => Err("a queue's name has one slash, at its beginning"),
        Some(rest) if rest.contains('\0') => Err("a name holds no zero byte"),
        Some(_) if name.len() > QUEUE_MOST => Err("a queue's name has at most 255 bytes"),
        Some(_) => Ok(()),
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
