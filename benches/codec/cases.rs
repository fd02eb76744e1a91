//! What is encoded and decoded. Every pair is checked once: both sides read and write the same values.

use std::hint::black_box;

use ::dxr::{TryFromValue, TryToValue, Value};
use ::prost::Message;
use polyrpc_core::codec::{Codec, Decode, Encode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::model::{self, dxr, ours, prost};
use crate::small;

/// One operation, done by us and by a peer.
pub(crate) struct Case {
    pub(crate) codec: &'static str,
    pub(crate) value: &'static str,
    pub(crate) does: &'static str,
    pub(crate) peer: &'static str,
    pub(crate) ours: Work,
    pub(crate) theirs: Work,
}

/// Does it once.
pub(crate) type Work = Box<dyn FnMut()>;

pub(crate) fn cases() -> Vec<Case> {
    let two = prost::SmallRequest { a: model::SMALL.0.into(), b: model::SMALL.1.into() };
    let order = prost::order();
    let json_small = small::Json { a: two.a, b: two.b };
    let xml_small = small::Xml { a: model::SMALL.0, b: model::SMALL.1 };
    let mut all = Vec::new();
    all.extend(proto::<small::Ours, _>("small", two));
    all.extend(proto::<ours::Order, _>("order", order));
    all.extend(json::<small::Ours, _>("small", json_small));
    all.extend(json::<ours::Order, _>("order", model::serde::order()));
    all.extend(xml::<small::Ours, _>("small", xml_small));
    all.extend(xml::<ours::Order, _>("order", dxr::order()));
    all
}

/// A value of ours: what is read from the peer's bytes.
trait Ours: Encode + for<'de> Decode<'de> + PartialEq + 'static {}

impl<T: Encode + for<'de> Decode<'de> + PartialEq + 'static> Ours for T {}

fn decoded<T: Ours>(codec: Codec, bytes: &[u8]) -> T {
    codec.decode_value(bytes).expect("we read what the peer wrote")
}

fn encoded<T: Ours>(codec: Codec, value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    codec.encode_value(value, &mut out).expect("we write what we read");
    out
}

/// Encodes into a buffer that is there, as a call does.
fn our_encoding<T: Ours>(codec: Codec, value: T) -> Work {
    let mut out = Vec::new();
    Box::new(move || {
        out.clear();
        codec.encode_value(black_box(&value), &mut out).expect("a value");
        black_box(&out);
    })
}

fn our_decoding<T: Ours>(codec: Codec, bytes: Vec<u8>) -> Work {
    Box::new(move || {
        black_box(decoded::<T>(codec, black_box(&bytes)));
    })
}

fn proto<T: Ours, P: Message + Default + PartialEq + 'static>(value: &'static str, theirs: P) -> [Case; 2] {
    let bytes = theirs.encode_to_vec();
    let ours: T = decoded(Codec::Proto, &bytes);
    assert!(P::decode(&*encoded(Codec::Proto, &ours)).expect("a message") == theirs);
    let mut out = Vec::new();
    let encode = Box::new(move || {
        out.clear();
        black_box(&theirs).encode(&mut out).expect("a vector grows");
        black_box(&out);
    });
    let theirs = bytes.clone();
    let decode = Box::new(move || {
        black_box(P::decode(black_box(&*theirs)).expect("a message"));
    });
    pair("proto", value, "prost", Codec::Proto, (ours, bytes), [encode, decode])
}

fn json<T: Ours, P>(value: &'static str, theirs: P) -> [Case; 2]
where
    P: Serialize + DeserializeOwned + PartialEq + 'static,
{
    let bytes = serde_json::to_vec(&theirs).expect("a value");
    let ours: T = decoded(Codec::Json, &bytes);
    let back: P = serde_json::from_slice(&encoded(Codec::Json, &ours)).expect("a value");
    assert!(back == theirs);
    let mut out = Vec::new();
    let encode = Box::new(move || {
        out.clear();
        serde_json::to_writer(&mut out, black_box(&theirs)).expect("a value");
        black_box(&out);
    });
    let theirs = bytes.clone();
    let decode = Box::new(move || {
        black_box(serde_json::from_slice::<P>(black_box(&theirs)).expect("a value"));
    });
    pair("json", value, "serde", Codec::Json, (ours, bytes), [encode, decode])
}

fn xml<T: Ours, P>(value: &'static str, theirs: P) -> [Case; 2]
where
    P: TryToValue + TryFromValue + PartialEq + 'static,
{
    let codec = Codec::Xml(Default::default());
    let write = |value: &P| value.try_to_value().expect("a value").to_xml().expect("a value");
    let read = |text: &str| P::try_from_value(&Value::from_xml(text).expect("a value")).expect("a value");
    let text = write(&theirs);
    let ours: T = decoded(codec, text.as_bytes());
    let back = String::from_utf8(encoded(codec, &ours)).expect("XML-RPC is text");
    assert!(read(&back) == theirs);
    let bytes = text.clone().into_bytes();
    let encode = Box::new(move || {
        black_box(write(black_box(&theirs)));
    });
    let decode = Box::new(move || {
        black_box(read(black_box(&text)));
    });
    pair("xml", value, "dxr", codec, (ours, bytes), [encode, decode])
}

fn pair<T: Ours>(
    name: &'static str,
    value: &'static str,
    peer: &'static str,
    codec: Codec,
    (ours, bytes): (T, Vec<u8>),
    [encode, decode]: [Work; 2],
) -> [Case; 2] {
    [
        Case { codec: name, value, does: "encode", peer, ours: our_encoding(codec, ours), theirs: encode },
        Case {
            codec: name,
            value,
            does: "decode",
            peer,
            ours: our_decoding::<T>(codec, bytes),
            theirs: decode,
        },
    ]
}
