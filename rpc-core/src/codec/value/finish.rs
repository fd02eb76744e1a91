//! What becomes of fields that did not come.

use std::marker::PhantomData;

use serde::de;

use super::Decode;
use super::decode::missing;
use crate::codec::{Error, Step};

/// Makes fields of slots: by proto3's rules, or by those of the texts.
pub trait Finish<'de> {
    /// The error that names what is missing.
    type Error;

    /// The value of a field that must be there, unless its type has a value for being absent.
    fn take<T: Decode<'de>>(slot: Option<T>, name: &'static str) -> Result<T, Self::Error>;

    /// The value of a field that has a default of its own.
    fn take_or<T: Decode<'de>>(slot: Option<T>, default: impl FnOnce() -> T) -> T;
}

/// In proto an absent scalar is its zero, which the sender has left out, whatever serde's default for it may be.
pub(crate) struct FromProto;

impl<'de> Finish<'de> for FromProto {
    type Error = Error;

    fn take<T: Decode<'de>>(slot: Option<T>, name: &'static str) -> Result<T, Error> {
        match slot {
            Some(value) => Ok(value),
            None => T::proto_absent().ok_or_else(|| missing().at(Step::Name(name.to_owned()))),
        }
    }

    fn take_or<T: Decode<'de>>(slot: Option<T>, default: impl FnOnce() -> T) -> T {
        slot.or_else(T::proto_absent).unwrap_or_else(default)
    }
}

/// In the texts only an Option may be absent.
pub(crate) struct FromText<E>(PhantomData<E>);

impl<'de, E: de::Error> Finish<'de> for FromText<E> {
    type Error = E;

    fn take<T: Decode<'de>>(slot: Option<T>, name: &'static str) -> Result<T, E> {
        match slot {
            Some(value) => Ok(value),
            None => T::absent().ok_or_else(|| E::missing_field(name)),
        }
    }

    fn take_or<T: Decode<'de>>(slot: Option<T>, default: impl FnOnce() -> T) -> T {
        slot.unwrap_or_else(default)
    }
}
