//! `ServerReflectionResponse`.

use std::collections::HashSet;

use super::index::Index;
use super::request::{Question, Request};
use crate::codec::proto::Writer;
use crate::schema::Wire;
use crate::status::{Code, Status};

/// Appends the answer to a request; `sent` are the files that the client has.
///
/// # Errors
///
/// `INTERNAL` for bytes that are no request, `INVALID_ARGUMENT` for one that asks nothing we know: both end the
/// stream. What is not found is an answer.
pub(super) fn write(
    index: &Index,
    bytes: &[u8],
    sent: &mut HashSet<String>,
    out: &mut Vec<u8>,
) -> Result<(), Status> {
    let request = Request::decode(bytes)
        .map_err(|error| Status::internal(format!("the request does not decode: {error}")))?;
    let question = request.question.ok_or_else(|| Status::invalid_argument("the request asks nothing"))?;
    let mut out = Writer::new(out);
    if !request.host.is_empty() {
        out.bytes(1, request.host.as_bytes());
    }
    out.bytes(2, bytes);
    match question {
        Question::File(path) => match index.file(path, sent) {
            Some(files) => write_list(4, &files, &mut out),
            None => not_found(&format!("no file {path}"), &mut out),
        },
        Question::Symbol(name) => match index.symbol(name, sent) {
            Some(files) => write_list(4, &files, &mut out),
            None => not_found(&format!("no symbol {name}"), &mut out),
        },
        Question::Extension { message, number } => {
            not_found(&format!("no extension {number} of {message}"), &mut out);
        }
        Question::Extensions(message) if index.is_message(message) => {
            let mark = out.begin(5, message.len());
            out.bytes(1, message.as_bytes());
            out.end(mark);
        }
        Question::Extensions(message) => not_found(&format!("no message {message}"), &mut out),
        Question::Services => {
            let mark = out.begin(6, 0);
            index.services().iter().for_each(|name| write_list(1, &[name], &mut out));
            out.end(mark);
        }
    }
    out.finish().map_err(|error| Status::internal(error.to_string()))
}

/// A message whose field 1 are these.
fn write_list(tag: u32, items: &[impl AsRef<[u8]>], out: &mut Writer<'_>) {
    let mark = out.begin(tag, items.iter().map(|item| item.as_ref().len()).sum());
    items.iter().for_each(|item| out.bytes(1, item.as_ref()));
    out.end(mark);
}

/// `ErrorResponse`.
fn not_found(text: &str, out: &mut Writer<'_>) {
    let mark = out.begin(7, text.len());
    out.key(1, Wire::Varint);
    out.varint(Code::NotFound.number() as u64);
    out.bytes(2, text.as_bytes());
    out.end(mark);
}
