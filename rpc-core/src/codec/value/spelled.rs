//! Types that travel as the text by which people know them: UUIDs, and the addresses of the network.

use std::fmt;
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use serde::de::{self, Deserializer, Unexpected, Visitor};
use serde::ser::Serializer;
use uuid::Uuid;

use super::{Decode, Encode};
use crate::codec::Error;
use crate::codec::proto::{Key, Reader, Writer};
use crate::schema::{Describe, Type};

/// A type with such a text. No such text is empty, so that one that is absent in proto is missing.
trait Spelled: FromStr {
    /// What it is, for messages.
    const WHAT: &'static str;

    /// Gives the text to `f`.
    fn spell<R>(&self, f: impl FnOnce(&str) -> R) -> R;
}

impl Spelled for Uuid {
    const WHAT: &'static str = "a UUID";

    fn spell<R>(&self, f: impl FnOnce(&str) -> R) -> R {
        f(self.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
    }
}

macro_rules! spelled {
    ($rust:ty, $ty:ident) => {
        impl Describe for $rust {
            type Known<X> = X;

            fn ty() -> &'static Type {
                &Type::$ty
            }
        }

        impl Encode for $rust {
            fn proto_element(&self, tag: u32, out: &mut Writer<'_>) {
                self.spell(|text| out.bytes(tag, text.as_bytes()));
            }

            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.spell(|text| serializer.serialize_str(text))
            }
        }

        impl<'de> Decode<'de> for $rust {
            fn proto_merge(slot: &mut Option<Self>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
                *slot = Some(read(input.text(key)?)?);
                Ok(())
            }

            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Text(PhantomData))
            }
        }
    };
}

macro_rules! address {
    ($($rust:ty, $what:literal;)*) => {$(
        impl Spelled for $rust {
            const WHAT: &'static str = $what;

            fn spell<R>(&self, f: impl FnOnce(&str) -> R) -> R {
                f(&self.to_string())
            }
        }

        spelled!($rust, String);
    )*};
}

spelled!(Uuid, Uuid);
address! {
    IpAddr, "an IP address";
    Ipv4Addr, "an IPv4 address";
    Ipv6Addr, "an IPv6 address";
    SocketAddr, "an address and port";
}

fn read<T: Spelled>(text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| Error::new(format!("{text:?} is not {}", T::WHAT)))
}

struct Text<T>(PhantomData<T>);

impl<T: Spelled> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::WHAT)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }
}
