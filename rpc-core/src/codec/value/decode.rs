//! How a value is read.

use serde::Deserializer;

use crate::codec::proto::{Key, Reader};
use crate::codec::{Error, Step};
use crate::schema::{Describe, Wire};

/// A value that can be read in every codec, from bytes that live for `'de`. `#[derive(Message)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot travel",
    label = "neither a known type nor a message",
    note = "add `#[derive(polyrpc::Message)]` to `{Self}`, or wrap it as `polyrpc::Json<{Self}>` if it knows serde alone"
)]
pub trait Decode<'de>: Describe + Sized {
    /// Reads a field of a message. A slot that is full already is replaced (scalars), merged with (messages) or
    /// added to (lists and maps).
    fn proto_merge(slot: &mut Option<Self>, key: Key, input: &mut Reader<'de>) -> Result<(), Error>;

    /// Reads what `Encode::proto_element` wrote.
    fn proto_merge_element(slot: &mut Option<Self>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
        Self::proto_merge(slot, key, input)
    }

    /// What an absent field stands for: the zero, if the type has one.
    fn proto_absent() -> Option<Self> {
        None
    }

    /// Reads a whole message: what is not a message itself is field 1 of one.
    fn proto_body(mut input: Reader<'de>) -> Result<Self, Error> {
        let mut slot = None;
        while let Some(key) = input.next()? {
            match key.tag {
                1 => Self::proto_merge(&mut slot, key, &mut input)?,
                _ => input.skip(key)?,
            }
        }
        slot.or_else(Self::proto_absent).ok_or_else(missing)
    }

    /// Reads a number without its key, as in a packed list.
    #[doc(hidden)]
    fn proto_unpack(_input: &mut Reader<'de>) -> Result<Self, Error> {
        Err(Error::new("not a number"))
    }

    /// Reads the value from text.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// What a member that the text leaves out stands for: None, for an Option.
    fn absent() -> Option<Self> {
        None
    }

    /// Such values from bytes, if a list of them is bytes: true of `u8` alone.
    #[doc(hidden)]
    fn from_bytes(_bytes: Vec<u8>) -> Option<Vec<Self>> {
        None
    }
}

/// Reads the elements that one field of a list holds: one, or a packed block of numbers.
pub(crate) fn merge_items<'de, T: Decode<'de>>(
    key: Key,
    input: &mut Reader<'de>,
    mut push: impl FnMut(T),
) -> Result<(), Error> {
    if T::PACKED.is_some() && key.wire == Wire::Length {
        let mut block = input.block(key)?;
        while !block.is_empty() {
            push(T::proto_unpack(&mut block)?);
        }
        return Ok(());
    }
    let mut slot = None;
    T::proto_merge_element(&mut slot, key, input)?;
    slot.into_iter().for_each(push);
    Ok(())
}

/// Reads what `wrapped_element` wrote.
pub(crate) fn merge_wrapped<'de, T: Decode<'de>>(
    slot: &mut Option<T>,
    key: Key,
    input: &mut Reader<'de>,
) -> Result<(), Error> {
    let mut message = input.message(key)?;
    while let Some(key) = message.next()? {
        match key.tag {
            1 => T::proto_merge(slot, key, &mut message)?,
            _ => message.skip(key)?,
        }
    }
    match slot.take().or_else(T::proto_absent) {
        Some(value) => *slot = Some(value),
        None => return Err(missing()),
    }
    Ok(())
}

/// Reads the fields of a message, each by `field`, and marks an error with the field that it comes from.
pub(crate) fn merge_body<'de>(
    mut input: Reader<'de>,
    mut field: impl FnMut(Key, &mut Reader<'de>) -> Result<(), Error>,
) -> Result<(), Error> {
    while let Some(key) = input.next()? {
        field(key, &mut input).map_err(|error| error.at(Step::Tag(key.tag)))?;
    }
    Ok(())
}

#[cold]
pub(super) fn missing() -> Error {
    Error::new("missing")
}
