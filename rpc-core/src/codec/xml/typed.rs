//! Our own values in this format, their errors with paths.

use std::cell::RefCell;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer};
use serde::ser::{Serialize, SerializeSeq, Serializer};
use serde_path_to_error as path;

use super::{Dialect, ParamsReader, ParamsWriter, XmlError, read_value_seed, write_value};
use crate::codec::text_error::describe;
use crate::codec::value::{Ref, Seed};
use crate::codec::{Arguments, Decode, Encode, Error};

/// Appends a value.
pub(in crate::codec) fn write<T: Encode + ?Sized>(
    value: &T,
    out: &mut Vec<u8>,
    dialect: Dialect,
) -> Result<(), Error> {
    let start = out.len();
    write_value(&Ref(value), out, dialect).map_err(|error| {
        out.truncate(start);
        let track = RefCell::new(path::Track::new());
        let _ = write_value(&Tracked { value, track: &track }, &mut Vec::new(), dialect);
        described(&error, track.into_inner(), &[])
    })
}

/// Appends the `<params>` of a call.
pub(in crate::codec) fn write_positions<'a, A: Arguments<'a>>(
    args: &A,
    out: &mut Vec<u8>,
    dialect: Dialect,
) -> Result<(), Error> {
    let start = out.len();
    let mut params = ParamsWriter::new(out, dialect);
    match args.to_positions(&mut params).and_then(|()| params.end()) {
        Ok(()) => Ok(()),
        Err(error) => {
            // What cannot be written by position cannot be written by name either, and there the path has names.
            out.truncate(start);
            write(args, &mut Vec::new(), dialect)?;
            Err(Error::new(error.message().to_owned()))
        }
    }
}

/// Reads a `<value>`.
pub(in crate::codec) fn read<'de, T: Decode<'de>>(bytes: &'de [u8]) -> Result<T, Error> {
    read_value_seed(Seed::<T>::new(), bytes).map_err(|error| {
        let mut track = path::Track::new();
        let _ = read_value_seed(TrackedSeed::<T> { track: &mut track, value: PhantomData }, bytes);
        described(&error, track, &[])
    })
}

/// Reads the `<params>` of a call; no bytes at all are no arguments at all.
pub(in crate::codec) fn read_args<'de, A: Arguments<'de>>(bytes: &'de [u8]) -> Result<A, Error> {
    ParamsReader::new(bytes).and_then(A::from_text).map_err(|error| {
        let mut track = path::Track::new();
        if let Ok(again) = ParamsReader::new(bytes) {
            let _ = A::from_text(path::Deserializer::new(again, &mut track));
        }
        described(&error, track, A::NAMES)
    })
}

#[cold]
fn described(error: &XmlError, track: path::Track, names: &[&str]) -> Error {
    describe(error.message().to_owned(), &track.path(), names)
}

/// A value that is written to find out where in it the error is.
struct Tracked<'a, T: ?Sized> {
    value: &'a T,
    track: &'a RefCell<path::Track>,
}

impl<T: Encode + ?Sized> Serialize for Tracked<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(path::Serializer::new(serializer, &mut self.track.borrow_mut()))
    }
}

/// A value that is read to find out where in it the error is.
struct TrackedSeed<'a, T> {
    track: &'a mut path::Track,
    value: PhantomData<T>,
}

impl<'de, T: Decode<'de>> DeserializeSeed<'de> for TrackedSeed<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::deserialize(path::Deserializer::new(deserializer, self.track))
    }
}
