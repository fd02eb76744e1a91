//! A service, raw HTTP/2 clients that call it, and raw HTTP/2 servers that our client calls.

mod raw;
mod scripted;
mod served;

use http::{Request, Response};

pub(crate) use raw::{Answer, Raw};
pub(crate) use scripted::{Scripted, drain};
pub(crate) use served::{EIGHT, Served, Wire, WireClient, WireError};

/// A request for a method of [`Wire`], with the headers that each has.
pub(crate) fn request(method: &str) -> http::request::Builder {
    bare(method).header("content-type", "application/grpc").header("te", "trailers")
}

/// A request for a method of [`Wire`] without headers.
pub(crate) fn bare(method: &str) -> http::request::Builder {
    Request::post(format!("http://localhost/wire.v1.Wire/{method}"))
}

/// A message in its frame.
pub(crate) fn framed(message: &[u8]) -> Vec<u8> {
    flagged(0, message)
}

/// A message in a frame with this flag.
pub(crate) fn flagged(flag: u8, message: &[u8]) -> Vec<u8> {
    let mut out = vec![flag];
    out.extend_from_slice(&(message.len() as u32).to_be_bytes());
    out.extend_from_slice(message);
    out
}

/// `{ 1: text }` in proto.
pub(crate) fn text(text: &str) -> Vec<u8> {
    let mut out = vec![0x0a, u8::try_from(text.len()).unwrap()];
    out.extend_from_slice(text.as_bytes());
    out
}

/// The head of a gRPC response.
pub(crate) fn head(headers: &[(&str, &str)]) -> Response<()> {
    let head = Response::builder().header("content-type", "application/grpc");
    headers.iter().fold(head, |head, (name, value)| head.header(*name, *value)).body(()).unwrap()
}

/// A gzip stream of a message.
pub(crate) fn gzip(message: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(message).unwrap();
    encoder.finish().unwrap()
}

/// A Zstandard frame of a message, by nobody's encoder: one block, as it is.
pub(crate) fn zstd(message: &[u8]) -> Vec<u8> {
    let mut frame = b"\x28\xb5\x2f\xfd\x20".to_vec();
    frame.push(u8::try_from(message.len()).unwrap());
    let header = (message.len() as u32) << 3 | 1;
    frame.extend_from_slice(&header.to_le_bytes()[..3]);
    frame.extend_from_slice(message);
    frame
}
