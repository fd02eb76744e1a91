//! JSON, by serde_json.

use std::io;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer};
use serde::ser::{SerializeSeq, Serializer as _};
use serde_json::de::SliceRead;
use serde_json::ser::{Formatter, Serializer};
use serde_path_to_error as path;

use super::text_error::describe;
use super::value::Seed;
use super::{Arguments, Decode, Encode, Error, base64};

/// How deep arrays and objects may be nested in a value; arguments stand one level deeper.
pub(crate) const MAX_DEPTH: usize = 128;

const TOO_DEEP: &str = "values nested deeper than 128";

/// Appends a value.
pub(super) fn write<T: Encode + ?Sized>(value: &T, out: &mut Vec<u8>) -> Result<(), Error> {
    write_within(MAX_DEPTH, value, out)
}

/// Appends arguments as an object.
pub(super) fn write_args<'a, A: Arguments<'a>>(args: &A, out: &mut Vec<u8>) -> Result<(), Error> {
    write_within(MAX_DEPTH + 1, args, out)
}

fn write_within<T: Encode + ?Sized>(levels: usize, value: &T, out: &mut Vec<u8>) -> Result<(), Error> {
    let start = out.len();
    match value.serialize(&mut Serializer::with_formatter(&mut *out, Compact { levels })) {
        Ok(()) => Ok(()),
        Err(error) => {
            out.truncate(start);
            let mut track = path::Track::new();
            let mut again = Serializer::with_formatter(io::sink(), Compact { levels });
            let _ = value.serialize(path::Serializer::new(&mut again, &mut track));
            Err(describe(text(&error), &track.path(), &[]))
        }
    }
}

/// Appends arguments as a list.
pub(super) fn write_positions<'a, A: Arguments<'a>>(args: &A, out: &mut Vec<u8>) -> Result<(), Error> {
    let start = out.len();
    let mut serializer = Serializer::with_formatter(&mut *out, Compact { levels: MAX_DEPTH + 1 });
    let written = serializer.serialize_seq(None).and_then(|mut seq| {
        args.to_positions(&mut seq)?;
        seq.end()
    });
    if written.is_err() {
        // What cannot be written by position cannot be written by name either, and there the path has names.
        out.truncate(start);
        write_args(args, &mut Vec::new())?;
    }
    written.map_err(|error| Error::new(text(&error)))
}

/// Reads a value.
pub(super) fn read<'de, T: Decode<'de>>(bytes: &'de [u8]) -> Result<T, Error> {
    match whole(Seed::<T>::new(), &mut serde_json::Deserializer::from_slice(bytes)) {
        Ok(value) => Ok(value),
        Err(error) => again(&Seed::new, error, bytes, MAX_DEPTH, &[]),
    }
}

/// Reads arguments, from an object or an array.
pub(super) fn read_args<'de, A: Arguments<'de>>(bytes: &'de [u8]) -> Result<A, Error> {
    let bytes = if bytes.is_empty() { b"[]" } else { bytes };
    match whole(Args::<A>(PhantomData), &mut serde_json::Deserializer::from_slice(bytes)) {
        Ok(args) => Ok(args),
        Err(error) => again(&|| Args(PhantomData), error, bytes, MAX_DEPTH + 1, A::NAMES),
    }
}

/// Arguments as serde sees them.
struct Args<A>(PhantomData<A>);

impl<'de, A: Arguments<'de>> DeserializeSeed<'de> for Args<A> {
    type Value = A;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<A, D::Error> {
        A::from_text(deserializer)
    }
}

type Input<'de> = serde_json::Deserializer<SliceRead<'de>>;

/// Reads a text that holds one value and no more.
fn whole<'de, S: DeserializeSeed<'de>>(seed: S, input: &mut Input<'de>) -> serde_json::Result<S::Value> {
    let value = seed.deserialize(&mut *input)?;
    input.end().map(|()| value)
}

/// Reads once more what failed with `error`: for the path, or for the last levels that serde_json does not go into
/// by itself.
#[cold]
fn again<'de, S: DeserializeSeed<'de>>(
    seed: &dyn Fn() -> S,
    error: serde_json::Error,
    bytes: &'de [u8],
    levels: usize,
    names: &[&str],
) -> Result<S::Value, Error> {
    let deeper = is_recursion_limit(&error);
    let readable = deeper && depth(bytes) <= levels;
    let input = || {
        let mut input = serde_json::Deserializer::from_slice(bytes);
        if readable {
            input.disable_recursion_limit();
        }
        input
    };
    let message = match readable.then(|| whole(seed(), &mut input())) {
        Some(Ok(value)) => return Ok(value),
        Some(Err(error)) => text(&error),
        None if deeper => TOO_DEEP.to_owned(),
        None => text(&error),
    };
    let mut track = path::Track::new();
    let _ = seed().deserialize(path::Deserializer::new(&mut input(), &mut track));
    Err(describe(message, &track.path(), names))
}

/// serde_json has no other way to ask.
fn is_recursion_limit(error: &serde_json::Error) -> bool {
    error.is_syntax() && error.to_string().starts_with("recursion limit exceeded")
}

/// How deep arrays and objects are nested in a text. Of what is no JSON it is right up to where that shows.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// What happened, without serde_json's place in the text where the path says it better.
fn text(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) if error.is_data() => text[..end].to_owned(),
        _ => text,
    }
}

/// serde_json's own compact form, but for bytes, which are base64, and for what is nested too deep.
struct Compact {
    /// How many levels may still be entered.
    levels: usize,
}

impl Compact {
    fn enter(&mut self) -> io::Result<()> {
        self.levels = self.levels.checked_sub(1).ok_or_else(|| io::Error::other(TOO_DEEP))?;
        Ok(())
    }
}

impl Formatter for Compact {
    fn begin_array<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.enter()?;
        out.write_all(b"[")
    }

    fn end_array<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.levels += 1;
        out.write_all(b"]")
    }

    fn begin_object<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.enter()?;
        out.write_all(b"{")
    }

    fn end_object<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.levels += 1;
        out.write_all(b"}")
    }

    fn write_byte_array<W: io::Write + ?Sized>(&mut self, out: &mut W, bytes: &[u8]) -> io::Result<()> {
        out.write_all(b"\"")?;
        base64::encode(bytes, out)?;
        out.write_all(b"\"")
    }
}
