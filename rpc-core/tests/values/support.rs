//! What all the tests share: writing and reading in each codec.

use std::fmt::Debug;

use polyrpc_core::codec::xml::Dialect;
use polyrpc_core::codec::{Codec, Decode, Encode, Error};

/// A value that travels both ways.
pub(crate) trait Travels: Encode + for<'de> Decode<'de> + PartialEq + Debug {}

impl<T: Encode + for<'de> Decode<'de> + PartialEq + Debug> Travels for T {}

pub(crate) fn encode<T: Encode>(codec: Codec, value: &T) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    codec.encode_value(value, &mut out).map(|()| out)
}

pub(crate) fn json<T: Encode>(value: &T) -> String {
    String::from_utf8(encode(Codec::Json, value).unwrap()).unwrap()
}

pub(crate) fn from_json<T: Travels>(text: &str) -> Result<T, Error> {
    Codec::Json.decode_value(text.as_bytes())
}

const XML: Codec = Codec::Xml(Dialect::EXTENDED);

pub(crate) fn xml<T: Encode>(value: &T) -> Result<String, Error> {
    encode(XML, value).map(|bytes| String::from_utf8(bytes).unwrap())
}

pub(crate) fn from_xml<T: Travels>(text: &str) -> Result<T, Error> {
    XML.decode_value(text.as_bytes())
}

/// Asserts that the value is written so: in proto as field 1 of a message (in hex), as JSON, in XML-RPC's `<value>`;
/// and that it comes back from each.
#[track_caller]
pub(crate) fn written<T: Travels>(value: T, proto: &str, json_text: &str, xml_text: &str) {
    let bytes = encode(Codec::Proto, &value).unwrap();
    assert_eq!(hex(&bytes), proto, "{value:?} in proto");
    assert_eq!(Codec::Proto.decode_value::<T>(&bytes).unwrap(), value);
    assert_eq!(json(&value), json_text);
    assert_eq!(from_json::<T>(json_text).unwrap(), value);
    let written = xml(&value).unwrap();
    assert_eq!(written, format!("<value>{xml_text}</value>"));
    assert_eq!(from_xml::<T>(&written).unwrap(), value);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
