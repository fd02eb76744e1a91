//! The codecs: the one place that tells them apart.

use super::proto::{Reader, Writer};
#[cfg(feature = "xmlrpc")]
use super::xml::{self, Dialect};
use super::{Arguments, Decode, Encode, Error, json};

/// A way to write values as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Codec {
    /// proto3, for gRPC and for calls that stay in the process.
    Proto,
    /// JSON; arguments are written by name.
    Json,
    /// JSON; arguments are written by position, for servers that know them so alone.
    JsonPositional,
    /// XML-RPC, with these extensions; arguments are written by position.
    #[cfg(feature = "xmlrpc")]
    Xml(Dialect),
}

impl Codec {
    /// Appends the arguments of a call: in proto a message, in JSON the value of `params`, in XML-RPC
    /// `<params>`.
    pub fn encode_args<'a, A: Arguments<'a>>(self, args: &A, out: &mut Vec<u8>) -> Result<(), Error> {
        match self {
            Codec::Proto => encode_proto(args, out),
            Codec::Json => json::write_args(args, with_room(out, args)),
            Codec::JsonPositional => json::write_positions(args, with_room(out, args)),
            #[cfg(feature = "xmlrpc")]
            Codec::Xml(dialect) => xml::write_positions(args, with_room(out, args), dialect),
        }
    }

    /// Reads the arguments of a call. No bytes at all are no arguments at all.
    pub fn decode_args<'de, A: Arguments<'de>>(self, bytes: &'de [u8]) -> Result<A, Error> {
        match self {
            Codec::Proto => decode_proto(bytes),
            Codec::Json | Codec::JsonPositional => json::read_args(bytes),
            #[cfg(feature = "xmlrpc")]
            Codec::Xml(_) => xml::read_args(bytes),
        }
    }

    /// Appends a value: in proto a message, in JSON the value, in XML-RPC `<value>`.
    pub fn encode_value<T: Encode + ?Sized>(self, value: &T, out: &mut Vec<u8>) -> Result<(), Error> {
        match self {
            Codec::Proto => encode_proto(value, out),
            Codec::Json | Codec::JsonPositional => json::write(value, with_room(out, value)),
            #[cfg(feature = "xmlrpc")]
            Codec::Xml(dialect) => xml::write(value, with_room(out, value), dialect),
        }
    }

    /// Reads a value.
    pub fn decode_value<'de, T: Decode<'de>>(self, bytes: &'de [u8]) -> Result<T, Error> {
        match self {
            Codec::Proto => decode_proto(bytes),
            Codec::Json | Codec::JsonPositional => json::read(bytes),
            #[cfg(feature = "xmlrpc")]
            Codec::Xml(_) => xml::read(bytes),
        }
    }
}

fn encode_proto<T: Encode + ?Sized>(value: &T, out: &mut Vec<u8>) -> Result<(), Error> {
    let mut writer = Writer::new(out);
    let hint = value.proto_hint();
    // Beside the values stand their keys and lengths: for want of these few bytes all would be moved.
    writer.reserve(hint + hint / 8);
    value.proto_body(&mut writer);
    writer.finish().map_err(|error| error.resolve(T::ty))
}

fn decode_proto<'de, T: Decode<'de>>(bytes: &'de [u8]) -> Result<T, Error> {
    T::proto_body(Reader::new(bytes)).map_err(|error| error.resolve(T::ty))
}

/// The buffer with room for a value as text. What is large is bytes, as a rule, and base64 makes four of three.
fn with_room<'a, T: Encode + ?Sized>(out: &'a mut Vec<u8>, value: &T) -> &'a mut Vec<u8> {
    let hint = value.proto_hint();
    out.reserve(hint + hint / 2);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_for_a_large_value_is_made_once() {
        let value = vec![0_u8; 1 << 20];
        for codec in [
            Codec::Proto,
            Codec::Json,
            #[cfg(feature = "xmlrpc")]
            Codec::Xml(Dialect::default()),
        ] {
            let mut out = Vec::with_capacity(128);
            codec.encode_value(&value, &mut out).unwrap();
            let (length, capacity) = (out.len(), out.capacity());
            assert!(capacity < length + length / 4, "{codec:?}: {capacity} bytes for {length}");
        }
    }
}
