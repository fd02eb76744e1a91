//! Reads control data (sections 3.4 and 3.5), which is what requests and responses differ in.

use std::ops::Range;

use bytes::Bytes;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri, Version, request, response};

use super::Malformed;
use super::budget::{Budget, PER_FIELD};
use super::input::{Input, Stop, varint_at};

/// The head of a message: [`request::Parts`] or [`response::Parts`].
pub trait Head: Sized {
    /// The framing indicator of the known-length form. That of the other is two more.
    const FRAMING: u64;

    /// Control data.
    type Control: Default;

    /// Reads the control data; `None` when it is not all there.
    fn control(input: &mut Input, budget: &mut Budget) -> Result<Option<Self::Control>, Malformed>;

    /// Makes the head; `None` for what is only informational, and has another one behind it.
    fn new(control: Self::Control, headers: HeaderMap) -> Option<Self>;
}

impl Head for request::Parts {
    const FRAMING: u64 = 0;
    type Control = (Method, Uri);

    fn control(input: &mut Input, budget: &mut Budget) -> Result<Option<(Method, Uri)>, Malformed> {
        let Some((items, size)) = input.read(|ahead| find(ahead, budget))? else { return Ok(None) };
        let Some(bytes) = input.take(size) else { return Ok(None) };
        budget.spend(items.iter().map(|item| item.len() as u64).sum())?;
        let [method, scheme, authority, path] = items;
        let (method, scheme) = (&bytes[method], &bytes[scheme]);
        let (authority, path) = (bytes.slice(authority), bytes.slice(path));
        let method = Method::from_bytes(method).map_err(|_| Malformed::Control("method"))?;
        let uri = if method == Method::CONNECT {
            tunnel(scheme, authority, &path)?
        } else {
            target(scheme, authority, path)?
        };
        Ok(Some((method, uri)))
    }

    fn new((method, uri): (Method, Uri), headers: HeaderMap) -> Option<Self> {
        let (mut parts, ()) = Request::new(()).into_parts();
        parts.method = method;
        parts.uri = uri;
        // The rules for what is in a message are those of HTTP/2.
        parts.version = Version::HTTP_2;
        parts.headers = headers;
        Some(parts)
    }
}

impl Head for response::Parts {
    const FRAMING: u64 = 1;
    type Control = StatusCode;

    fn control(input: &mut Input, budget: &mut Budget) -> Result<Option<StatusCode>, Malformed> {
        let Some(status) = input.varint()? else { return Ok(None) };
        // As HTTP/2 counts `:status`, so that informational responses come to an end.
        budget.spend(PER_FIELD)?;
        let code = u16::try_from(status).ok().filter(|code| (100..600).contains(code));
        let code = code.and_then(|code| StatusCode::from_u16(code).ok());
        code.ok_or(Malformed::Status(status)).map(Some)
    }

    fn new(status: StatusCode, headers: HeaderMap) -> Option<Self> {
        if status.is_informational() {
            return None;
        }
        let (mut parts, ()) = Response::new(()).into_parts();
        parts.status = status;
        parts.version = Version::HTTP_2;
        parts.headers = headers;
        Some(parts)
    }
}

/// Where the method, scheme, authority and path stand, and how many bytes they take with their lengths.
fn find(ahead: &[u8], budget: &Budget) -> Result<([Range<usize>; 4], usize), Stop> {
    let mut items = [const { 0..0 }; 4];
    let (mut at, mut lengths) = (0, 0);
    for item in &mut items {
        let (length, size) = varint_at(ahead, at)?;
        lengths += length;
        budget.check(lengths)?;
        *item = at + size..at + size + budget.check(length)?;
        at = item.end;
    }
    if ahead.len() < at { Err(Stop::Short(at)) } else { Ok((items, at)) }
}

/// Where a request goes, by the rules of HTTP/2 (RFC 9113, section 8.3.1).
///
/// A scheme without an authority has no place in a [`Uri`]: such a URI is the path alone.
fn target(scheme: &[u8], authority: Bytes, path: Bytes) -> Result<Uri, Malformed> {
    // The type takes any of its bytes at its beginning, and none.
    let named = scheme.first().is_some_and(u8::is_ascii_alphabetic);
    let scheme = Scheme::try_from(scheme).ok().filter(|_| named).ok_or(Malformed::Control("scheme"))?;
    let rooted = path.starts_with(b"/") || *path == *b"*";
    let path = PathAndQuery::from_maybe_shared(path.clone()).ok().filter(|read| {
        // A fragment is never sent, and would be cut off in silence.
        rooted && read.as_str().len() == path.len()
    });
    let path = path.ok_or(Malformed::Control("path"))?;
    if authority.is_empty() {
        return Ok(path.into());
    }
    let mut parts = http::uri::Parts::default();
    parts.scheme = Some(scheme);
    parts.authority = Some(authority_of(authority)?);
    parts.path_and_query = Some(path);
    Uri::from_parts(parts).map_err(|_| Malformed::Control("authority"))
}

/// `CONNECT` names an authority and nothing else (RFC 9113, section 8.5).
fn tunnel(scheme: &[u8], authority: Bytes, path: &[u8]) -> Result<Uri, Malformed> {
    match (scheme, path) {
        (b"", b"") => authority_of(authority).map(Uri::from),
        (b"", _) => Err(Malformed::Control("path")),
        _ => Err(Malformed::Control("scheme")),
    }
}

fn authority_of(authority: Bytes) -> Result<Authority, Malformed> {
    let read = Authority::from_maybe_shared(authority);
    // User and password must not be part of it.
    read.ok().filter(|read| !read.as_str().contains('@')).ok_or(Malformed::Control("authority"))
}
