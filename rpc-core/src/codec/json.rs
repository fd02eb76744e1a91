//! JSON, by serde_json.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{SerializeSeq, Serializer as _};
use serde_json::ser::{Formatter, Serializer};
use serde_path_to_error as path;

use super::text_error::describe;
use super::{Arguments, Decode, Encode, Error};

/// Appends a value.
pub(super) fn write<T: Encode + ?Sized>(value: &T, out: &mut Vec<u8>) -> Result<(), Error> {
    let start = out.len();
    match value.serialize(&mut Serializer::with_formatter(&mut *out, Compact)) {
        Ok(()) => Ok(()),
        Err(error) => {
            out.truncate(start);
            let mut track = path::Track::new();
            let mut again = Serializer::with_formatter(io::sink(), Compact);
            let _ = value.serialize(path::Serializer::new(&mut again, &mut track));
            Err(describe(text(&error), &track.path(), &[]))
        }
    }
}

/// Appends arguments as a list.
pub(super) fn write_positions<'a, A: Arguments<'a>>(args: &A, out: &mut Vec<u8>) -> Result<(), Error> {
    let start = out.len();
    let mut serializer = Serializer::with_formatter(&mut *out, Compact);
    let written = serializer.serialize_seq(None).and_then(|mut seq| {
        args.to_positions(&mut seq)?;
        seq.end()
    });
    if written.is_err() {
        // What cannot be written by position cannot be written by name either, and there the path has names.
        out.truncate(start);
        write(args, &mut Vec::new())?;
    }
    written.map_err(|error| Error::new(text(&error)))
}

/// Reads a value.
pub(super) fn read<'de, T: Decode<'de>>(bytes: &'de [u8]) -> Result<T, Error> {
    let mut input = serde_json::Deserializer::from_slice(bytes);
    match T::deserialize(&mut input).and_then(|value| input.end().map(|()| value)) {
        Ok(value) => Ok(value),
        Err(error) => {
            let mut track = path::Track::new();
            let mut again = serde_json::Deserializer::from_slice(bytes);
            let _ = T::deserialize(path::Deserializer::new(&mut again, &mut track));
            Err(describe(text(&error), &track.path(), &[]))
        }
    }
}

/// Reads arguments, from an object or an array.
pub(super) fn read_args<'de, A: Arguments<'de>>(bytes: &'de [u8]) -> Result<A, Error> {
    let bytes = if bytes.is_empty() { b"[]" } else { bytes };
    let mut input = serde_json::Deserializer::from_slice(bytes);
    match A::from_text(&mut input).and_then(|args| input.end().map(|()| args)) {
        Ok(args) => Ok(args),
        Err(error) => {
            let mut track = path::Track::new();
            let mut again = serde_json::Deserializer::from_slice(bytes);
            let _ = A::from_text(path::Deserializer::new(&mut again, &mut track));
            Err(describe(text(&error), &track.path(), A::NAMES))
        }
    }
}

/// What happened, without serde_json's place in the text where the path says it better.
fn text(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) if error.is_data() => text[..end].to_owned(),
        _ => text,
    }
}

/// serde_json's own compact form, but for bytes, which are base64.
struct Compact;

impl Formatter for Compact {
    fn write_byte_array<W: io::Write + ?Sized>(&mut self, out: &mut W, bytes: &[u8]) -> io::Result<()> {
        // A multiple of three bytes at a time is encoded as one text without padding in between.
        const CHUNK: usize = 3 * 256;
        let mut buffer = [0; 4 * CHUNK / 3];
        out.write_all(b"\"")?;
        for chunk in bytes.chunks(CHUNK) {
            let length = STANDARD
                .encode_slice(chunk, &mut buffer)
                .map_err(|error| io::Error::other(error.to_string()))?;
            out.write_all(&buffer[..length])?;
        }
        out.write_all(b"\"")
    }
}
