//! Types that know serde alone, as any JSON.

use std::io;
use std::ops::{Deref, DerefMut};

use serde::Serialize;
use serde::de::{self, DeserializeOwned, Deserializer};
use serde::ser::{self, Serializer};
use serde_json::Value;
use serde_path_to_error as path;

use super::{Decode, Encode};
use crate::codec::proto::{Key, Reader, Writer};
use crate::codec::{Error, Step};
use crate::schema::{Describe, Type};

/// A value of a foreign type that implements serde's traits and not `Message`: it travels as its JSON.
///
/// In JSON that is the JSON itself, in XML-RPC the struct, array or scalar of the same shape, in proto
/// `google.protobuf.Value`, whose numbers are doubles: integers beyond 2^53 are refused there. What does not read as
/// a `T` is refused with the path.
///
/// # Examples
/// ```
/// # use polyrpc_core::{Json, codec::Codec};
/// let mut out = Vec::new();
/// Codec::Json.encode_value(&Json(vec![1, 2, 3]), &mut out)?;
/// assert_eq!(out, b"[1,2,3]");
/// let Json(list) = Codec::Json.decode_value::<Json<Vec<u8>>>(&out)?;
/// assert_eq!(list, [1, 2, 3]);
/// # Ok::<(), polyrpc_core::codec::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Json<T>(pub T);

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(content: T) -> Json<T> {
        Json(content)
    }
}

impl<T> Describe for Json<T> {
    type Known<X> = X;

    fn ty() -> &'static Type {
        &Type::Value
    }
}

/// By way of a tree, so that a type that asks its format for more than JSON has (bytes, for one) is written as JSON
/// has it everywhere.
impl<T: Serialize> Encode for Json<T> {
    fn proto_element(&self, tag: u32, out: &mut Writer<'_>) {
        match serde_json::to_value(&self.0) {
            Ok(value) => value.proto_element(tag, out),
            Err(error) => out.fail(tag, Error::new(error.to_string())),
        }
    }

    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Encode::serialize(&serde_json::to_value(&self.0).map_err(ser::Error::custom)?, serializer)
    }

    fn is_null(&self) -> bool {
        let mut probe = Probe { rest: b"null" };
        serde_json::to_writer(&mut probe, &self.0).is_ok() && probe.rest.is_empty()
    }
}

/// Takes the text of null, and ends the writing of all else at its beginning.
struct Probe {
    rest: &'static [u8],
}

impl io::Write for Probe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.rest = self.rest.strip_prefix(bytes).ok_or(io::ErrorKind::InvalidData)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Of two in one message the last is the value: what a `T` is made of cannot be merged with.
impl<'de, T: DeserializeOwned> Decode<'de> for Json<T> {
    fn proto_merge(slot: &mut Option<Json<T>>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
        let mut value = None;
        Value::proto_merge(&mut value, key, input)?;
        *slot = value.map(read).transpose().map_err(|error| {
            let steps: Vec<Step> = error.path().iter().filter_map(step).collect();
            steps.into_iter().rev().fold(Error::new(error.inner().to_string()), Error::at)
        })?;
        Ok(())
    }

    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json<T>, D::Error> {
        read(Value::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

fn read<T: DeserializeOwned>(value: Value) -> Result<Json<T>, path::Error<serde_json::Error>> {
    path::deserialize(value).map(Json)
}

fn step(segment: &path::Segment) -> Option<Step> {
    match segment {
        path::Segment::Seq { index } => Some(Step::Index(*index)),
        path::Segment::Map { key: name } | path::Segment::Enum { variant: name } => {
            Some(Step::Name(name.clone()))
        }
        path::Segment::Unknown => None,
    }
}
