//! The same messages in the text of HTTP/1.1 (RFC 9112), written by hand and read with httparse as hyper does.

use std::io::Write as _;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, request, response};

use super::Message;

/// More lines than any of the messages has.
const LINES: usize = 16;

pub(crate) fn write_request(parts: &request::Parts, content: &[u8], out: &mut Vec<u8>) {
    out.reserve(64 + size(&parts.headers) + content.len());
    out.extend_from_slice(parts.method.as_str().as_bytes());
    out.push(b' ');
    out.extend_from_slice(parts.uri.path().as_bytes());
    out.extend_from_slice(b" HTTP/1.1\r\n");
    write_fields(&parts.headers, out);
    write!(out, "content-length: {}\r\n\r\n", content.len()).expect("memory takes all");
    out.extend_from_slice(content);
}

/// Trailers ask for chunks.
pub(crate) fn write_response(
    parts: &response::Parts,
    content: &[u8],
    trailers: &HeaderMap,
    out: &mut Vec<u8>,
) {
    out.reserve(80 + size(&parts.headers) + content.len() + size(trailers));
    out.extend_from_slice(b"HTTP/1.1 ");
    out.extend_from_slice(parts.status.as_str().as_bytes());
    out.extend_from_slice(b" \r\n");
    write_fields(&parts.headers, out);
    out.extend_from_slice(b"transfer-encoding: chunked\r\n\r\n");
    write!(out, "{:x}\r\n", content.len()).expect("memory takes all");
    out.extend_from_slice(content);
    out.extend_from_slice(b"\r\n0\r\n");
    write_fields(trailers, out);
    out.extend_from_slice(b"\r\n");
}

fn size(fields: &HeaderMap) -> usize {
    fields.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

fn write_fields(fields: &HeaderMap, out: &mut Vec<u8>) {
    for (name, value) in fields {
        out.extend_from_slice(name.as_str().as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(value.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
}

pub(crate) fn read_request(message: Bytes) -> Message<request::Parts> {
    let mut lines = [httparse::EMPTY_HEADER; LINES];
    let mut read = httparse::Request::new(&mut lines);
    let httparse::Status::Complete(size) = read.parse(&message).expect("a request") else { panic!("a part") };
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.method = Method::from_bytes(read.method.unwrap_or_default().as_bytes()).expect("a method");
    parts.uri = path(&message, read.path.unwrap_or_default());
    parts.headers = fields(&message, read.headers);
    let length = parts.headers.get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
    let content = message.slice(size..size + length.unwrap_or(0_usize));
    (parts, content, HeaderMap::new())
}

pub(crate) fn read_response(message: Bytes) -> Message<response::Parts> {
    let mut lines = [httparse::EMPTY_HEADER; LINES];
    let mut read = httparse::Response::new(&mut lines);
    let httparse::Status::Complete(size) = read.parse(&message).expect("a response") else {
        panic!("a part")
    };
    let (mut parts, ()) = Response::new(()).into_parts();
    parts.status = StatusCode::from_u16(read.code.unwrap_or_default()).expect("a status");
    parts.headers = fields(&message, read.headers);
    assert!(parts.headers.get("transfer-encoding").is_some_and(|coding| coding == "chunked"));

    let (at, length) = chunk(&message, size);
    let content = message.slice(at..at + length);
    let (at, last) = chunk(&message, at + length + 2);
    assert_eq!(last, 0);
    let mut lines = [httparse::EMPTY_HEADER; LINES];
    let httparse::Status::Complete((_, lines)) =
        httparse::parse_headers(&message[at..], &mut lines).expect("trailers")
    else {
        panic!("a part")
    };
    (parts, content, fields(&message, lines))
}

/// Where a chunk begins and how long it is.
fn chunk(message: &Bytes, at: usize) -> (usize, usize) {
    match httparse::parse_chunk_size(&message[at..]) {
        Ok(httparse::Status::Complete((size, length))) => (at + size, length as usize),
        _ => panic!("no chunk"),
    }
}

fn path(message: &Bytes, path: &str) -> http::Uri {
    http::Uri::from_maybe_shared(message.slice_ref(path.as_bytes())).expect("a path")
}

fn fields(message: &Bytes, lines: &[httparse::Header<'_>]) -> HeaderMap {
    let mut fields = HeaderMap::with_capacity(lines.len());
    for line in lines {
        let name = HeaderName::from_bytes(line.name.as_bytes()).expect("a name");
        let value = HeaderValue::from_maybe_shared(message.slice_ref(line.value)).expect("a value");
        fields.append(name, value);
    }
    fields
}
