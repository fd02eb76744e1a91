//! Writes messages.
//!
//! No message is cut short as section 3.8 would allow for want of content or trailers: it says itself where it ends, so
//! that a lost tail is seen. Integers take their shortest form.

use std::borrow::Cow;
use std::fmt;

use http::uri::Scheme;
use http::{HeaderMap, Method, StatusCode, request, response};

use super::{field, varint};

/// Framing indicators (section 3.3).
const KNOWN_REQUEST: u8 = 0;
const KNOWN_RESPONSE: u8 = 1;
const REQUEST: u8 = 2;
const RESPONSE: u8 = 3;

/// A status that ends no exchange, or is none of HTTP's: a message holds 200 to 599 (section 3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotFinal(StatusCode);

impl fmt::Display for NotFinal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {} is not a final one, from 200 to 599", self.0.as_u16())
    }
}

impl std::error::Error for NotFinal {}

/// Writes a whole request in the known-length form. A URI without a scheme is of `scheme`.
///
/// `out` grows at most once.
pub fn request(
    parts: &request::Parts,
    scheme: &Scheme,
    content: &[u8],
    trailers: Option<&HeaderMap>,
    out: &mut Vec<u8>,
) {
    let control = RequestControl::of(parts, scheme);
    let whole = Whole::of(&parts.headers, content, trailers);
    out.reserve(1 + control.size() + whole.size());
    out.push(KNOWN_REQUEST);
    control.put(out);
    whole.put(out);
}

/// Writes a whole response in the known-length form.
///
/// `out` grows at most once.
///
/// # Errors
/// When the status is not from 200 to 599. Nothing is written then.
pub fn response(
    parts: &response::Parts,
    content: &[u8],
    trailers: Option<&HeaderMap>,
    out: &mut Vec<u8>,
) -> Result<(), NotFinal> {
    let status = final_status(parts)?;
    let whole = Whole::of(&parts.headers, content, trailers);
    out.reserve(1 + varint::size(status) + whole.size());
    out.push(KNOWN_RESPONSE);
    varint::put(status, out);
    whole.put(out);
    Ok(())
}

/// Writes the head of a request in the indeterminate-length form. A URI without a scheme is of `scheme`.
///
/// What follows are chunks, each a [`chunk_length`] and as many bytes, and the [`end`].
pub fn request_head(parts: &request::Parts, scheme: &Scheme, out: &mut Vec<u8>) {
    let control = RequestControl::of(parts, scheme);
    out.reserve(1 + control.size() + fields_size(&parts.headers) + 1);
    out.push(REQUEST);
    control.put(out);
    put_fields(&parts.headers, out);
    put_terminator(out);
}

/// Writes the head of a response in the indeterminate-length form.
///
/// What follows are chunks, each a [`chunk_length`] and as many bytes, and the [`end`].
///
/// # Errors
/// When the status is not from 200 to 599. Nothing is written then.
pub fn response_head(parts: &response::Parts, out: &mut Vec<u8>) -> Result<(), NotFinal> {
    let status = final_status(parts)?;
    out.reserve(1 + varint::size(status) + fields_size(&parts.headers) + 1);
    out.push(RESPONSE);
    varint::put(status, out);
    put_fields(&parts.headers, out);
    put_terminator(out);
    Ok(())
}

/// Writes what stands before a chunk of so many bytes: nothing when there are none, for an empty chunk would end the
/// content.
pub fn chunk_length(bytes: usize, out: &mut Vec<u8>) {
    if bytes > 0 {
        varint::put(bytes, out);
    }
}

/// Writes the end of a message in the indeterminate-length form: of its content, and the trailers.
pub fn end(trailers: Option<&HeaderMap>, out: &mut Vec<u8>) {
    out.reserve(1 + trailers.map_or(0, fields_size) + 1);
    put_terminator(out);
    if let Some(trailers) = trailers {
        put_fields(trailers, out);
    }
    put_terminator(out);
}

/// The control data of a request (section 3.4).
struct RequestControl<'a> {
    method: &'a str,
    scheme: &'a str,
    authority: &'a str,
    path: Cow<'a, str>,
}

impl<'a> RequestControl<'a> {
    fn of(parts: &'a request::Parts, scheme: &'a Scheme) -> Self {
        let uri = &parts.uri;
        // User and password are no part of it (RFC 9113, section 8.3.1).
        let authority = uri.authority().map_or("", |authority| {
            authority.as_str().rsplit_once('@').map_or(authority.as_str(), |(_, host)| host)
        });
        let method = parts.method.as_str();
        if parts.method == Method::CONNECT {
            return Self { method, scheme: "", authority, path: Cow::Borrowed("") };
        }
        let path = match uri.path_and_query().map_or("/", |path| path.as_str()) {
            query if query.starts_with('?') => Cow::Owned(format!("/{query}")),
            path => Cow::Borrowed(path),
        };
        Self { method, scheme: uri.scheme_str().unwrap_or(scheme.as_str()), authority, path }
    }

    fn items(&self) -> [&[u8]; 4] {
        [self.method, self.scheme, self.authority, &self.path].map(str::as_bytes)
    }

    fn size(&self) -> usize {
        self.items().into_iter().map(prefixed_size).sum()
    }

    fn put(&self, out: &mut Vec<u8>) {
        self.items().into_iter().for_each(|item| put_prefixed(item, out));
    }
}

/// All that follows the control data of a known-length message.
struct Whole<'a> {
    headers: &'a HeaderMap,
    headers_size: usize,
    content: &'a [u8],
    trailers: Option<&'a HeaderMap>,
    trailers_size: usize,
}

impl<'a> Whole<'a> {
    fn of(headers: &'a HeaderMap, content: &'a [u8], trailers: Option<&'a HeaderMap>) -> Self {
        let (headers_size, trailers_size) = (fields_size(headers), trailers.map_or(0, fields_size));
        Self { headers, headers_size, content, trailers, trailers_size }
    }

    fn size(&self) -> usize {
        let sizes = [self.headers_size, self.content.len(), self.trailers_size];
        sizes.into_iter().map(|size| varint::size(size) + size).sum()
    }

    fn put(&self, out: &mut Vec<u8>) {
        varint::put(self.headers_size, out);
        put_fields(self.headers, out);
        put_prefixed(self.content, out);
        varint::put(self.trailers_size, out);
        if let Some(trailers) = self.trailers {
            put_fields(trailers, out);
        }
    }
}

fn final_status(parts: &response::Parts) -> Result<usize, NotFinal> {
    match parts.status.as_u16() {
        status @ 200..600 => Ok(status.into()),
        _ => Err(NotFinal(parts.status)),
    }
}

fn fields_size(fields: &HeaderMap) -> usize {
    field::lines(fields).map(|(name, value)| prefixed_size(name) + prefixed_size(value)).sum()
}

fn put_fields(fields: &HeaderMap, out: &mut Vec<u8>) {
    for (name, value) in field::lines(fields) {
        put_prefixed(name, out);
        put_prefixed(value, out);
    }
}

/// Ends a section, or the content, of the indeterminate-length form.
fn put_terminator(out: &mut Vec<u8>) {
    out.push(0);
}

fn prefixed_size(bytes: &[u8]) -> usize {
    varint::size(bytes.len()) + bytes.len()
}

fn put_prefixed(bytes: &[u8], out: &mut Vec<u8>) {
    varint::put(bytes.len(), out);
    out.extend_from_slice(bytes);
}
