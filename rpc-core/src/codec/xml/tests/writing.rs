//! What is written, and that it is read back.

use std::collections::BTreeMap;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::ser::{SerializeSeq, SerializeTuple, Serializer};
use serde::{Deserialize, Serialize};

use super::{reads, refuses, trips, write, write_in};
use crate::codec::reserved;
use crate::codec::xml::{Dialect, ParamsWriter};

/// A point in time, as our own types write it.
#[derive(Debug, PartialEq)]
pub(super) struct Time(pub(super) i64, pub(super) u32);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Native<'a>(&'a Time);
        impl Serialize for Native<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                assert!(!serializer.is_human_readable());
                let mut tuple = serializer.serialize_tuple(2)?;
                tuple.serialize_element(&self.0.0)?;
                tuple.serialize_element(&self.0.1)?;
                tuple.end()
            }
        }
        serializer.serialize_newtype_struct(reserved::TIMESTAMP, &Native(self))
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pair;
        impl<'de> Visitor<'de> for Pair {
            type Value = Time;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("seconds and nanoseconds")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Time, A::Error> {
                let seconds = seq.next_element()?.expect("seconds");
                let nanos = seq.next_element()?.expect("nanoseconds");
                assert!(seq.next_element::<()>()?.is_none());
                Ok(Time(seconds, nanos))
            }
        }
        deserializer.deserialize_newtype_struct(reserved::TIMESTAMP, Pair)
    }
}

/// Bytes, by serde's own methods.
#[derive(Debug, PartialEq)]
pub(super) struct Blob(pub(super) Vec<u8>);

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Blob;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Blob, E> {
                Ok(Blob(bytes))
            }
        }
        deserializer.deserialize_byte_buf(Bytes)
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Shape {
    Nothing,
    Label(String),
    Pair(i32, bool),
    Circle { radius: f64 },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Item {
    pub(super) sku: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<String>,
}

#[test]
fn integers() {
    trips(7_i8, "<int>7</int>");
    trips(-2_147_483_648_i32, "<int>-2147483648</int>");
    trips(u32::MAX, "<i8>4294967295</i8>");
    trips(i64::MIN, "<i8>-9223372036854775808</i8>");
    trips(0_u64, "<int>0</int>");
    assert!(write(&u64::MAX).unwrap_err().is_unsupported());
    assert!(write(&i128::MAX).unwrap_err().to_string().contains("64 bits"));
    assert!(write_in(&2_147_483_648_u32, Dialect::PLAIN).unwrap_err().to_string().contains("lacks i8"));
    assert!(write_in(&2_147_483_647_u32, Dialect::PLAIN).is_ok());
}

#[test]
fn doubles_are_plain_decimals() {
    trips(-12.214_f64, "<double>-12.214</double>");
    trips(1.0_f64, "<double>1.0</double>");
    trips(0.1_f32, "<double>0.1</double>");
    trips(24.099_999_999_999_998_f64, "<double>24.099999999999998</double>");
    trips(-0.0_f64, "<double>-0.0</double>");
    trips(1e21_f64, "<double>1000000000000000000000.0</double>");
    trips(1e-7_f64, "<double>0.0000001</double>");
    for extreme in [f64::MAX, f64::MIN_POSITIVE, 5e-324] {
        let written = write(&extreme).unwrap();
        assert!(
            !written["<value><double>".len()..].contains(['e', 'E']) || written.matches('e').count() == 4
        );
        reads(&written["<value>".len()..written.len() - "</value>".len()], extreme);
    }
    for lacking in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(write(&lacking).unwrap_err().is_unsupported());
    }
}

#[test]
fn strings_are_escaped() {
    trips("a<b>&\"'c".to_owned(), "<string>a&lt;b&gt;&amp;\"'c</string>");
    trips("]]>".to_owned(), "<string>]]&gt;</string>");
    trips("a\r\nb\rc\td".to_owned(), "<string>a&#13;\nb&#13;c\td</string>");
    trips("\u{fffd}\u{10ffff}\u{7f}é日".to_owned(), "<string>\u{fffd}\u{10ffff}\u{7f}é日</string>");
    trips(String::new(), "<string></string>");
    trips(' ', "<string> </string>");
    for lacking in ["\0", "a\u{1b}b", "\u{fffe}", "\u{ffff}"] {
        let error = write(lacking).unwrap_err();
        assert!(error.is_unsupported() && error.to_string().contains("U+"), "{error}");
    }
}

#[test]
fn nil_and_what_stands_for_it() {
    trips(None::<i32>, "<nil/>");
    trips((), "<nil/>");
    trips(
        vec![Some(1), None],
        "<array><data><value><int>1</int></value><value><nil/></value></data></array>",
    );
    let plain = write_in(&(), Dialect::PLAIN).unwrap();
    assert_eq!(plain, "<value><string></string></value>");
    reads("<string></string>", ());
    refuses::<()>("<string>a</string>", "expected nil, found a string");
}

#[test]
fn bytes_are_base64() {
    trips(Blob(Vec::new()), "<base64></base64>");
    trips(Blob(b"you can't read this!".to_vec()), "<base64>eW91IGNhbid0IHJlYWQgdGhpcyE=</base64>");
    for length in 0..100 {
        let blob = Blob((0..length).map(|byte| byte ^ 0xA5).collect());
        let written = write(&blob).unwrap();
        reads(&written["<value>".len()..written.len() - "</value>".len()], blob);
    }
}

#[test]
fn times_are_utc_cut_to_the_second() {
    trips(Time(900_684_535, 0), "<dateTime.iso8601>19980717T14:08:55</dateTime.iso8601>");
    trips(Time(-1, 0), "<dateTime.iso8601>19691231T23:59:59</dateTime.iso8601>");
    trips(Time(951_782_400, 0), "<dateTime.iso8601>20000229T00:00:00</dateTime.iso8601>");
    trips(Time(-62_135_596_800, 0), "<dateTime.iso8601>00010101T00:00:00</dateTime.iso8601>");
    trips(Time(253_402_300_799, 0), "<dateTime.iso8601>99991231T23:59:59</dateTime.iso8601>");
    assert_eq!(write(&Time(900_684_535, 999_999_999)).unwrap(), write(&Time(900_684_535, 0)).unwrap());
    assert!(write(&Time(253_402_300_800, 0)).unwrap_err().is_unsupported());
    assert!(write(&Time(-62_135_596_801, 0)).unwrap_err().is_unsupported());
}

#[test]
fn arrays_and_structs() {
    trips(
        (1, "a".to_owned()),
        "<array><data><value><int>1</int></value><value><string>a</string></value></data></array>",
    );
    trips(Vec::<i32>::new(), "<array><data></data></array>");
    trips(
        Item { sku: "x".into(), note: None },
        "<struct><member><name>sku</name><value><string>x</string></value></member></struct>",
    );
    trips(
        BTreeMap::from([(String::new(), 1), ("<&>".to_owned(), 2)]),
        "<struct><member><name></name><value><int>1</int></value></member>\
         <member><name>&lt;&amp;&gt;</name><value><int>2</int></value></member></struct>",
    );
    trips(
        BTreeMap::from([(-3_i64, true)]),
        "<struct><member><name>-3</name><value><boolean>1</boolean></value></member></struct>",
    );
    trips(
        BTreeMap::from([(true, ' ')]),
        "<struct><member><name>true</name><value><string> </string></value></member></struct>",
    );
    assert!(write(&BTreeMap::from([(vec![1], 1)])).unwrap_err().is_unsupported());
}

#[test]
fn variants() {
    trips(Shape::Nothing, "<string>Nothing</string>");
    trips(
        Shape::Label("a".into()),
        "<struct><member><name>Label</name><value><string>a</string></value></member></struct>",
    );
    trips(
        Shape::Pair(1, false),
        "<struct><member><name>Pair</name><value><array><data><value><int>1</int></value>\
         <value><boolean>0</boolean></value></data></array></value></member></struct>",
    );
    trips(
        Shape::Circle { radius: 0.5 },
        "<struct><member><name>Circle</name><value><struct><member><name>radius</name>\
         <value><double>0.5</double></value></member></struct></value></member></struct>",
    );
    reads("<struct><member><name>Nothing</name><value><nil/></value></member></struct>", Shape::Nothing);
    assert!(refuses::<Shape>("<string>Label</string>", "its name alone").is_mismatch());
    assert!(refuses::<Shape>("<struct></struct>", "found an empty one").is_mismatch());
    let two = "<struct><member><name>Label</name><value>a</value></member><member><name>b</name><value/></member></struct>";
    assert!(refuses::<Shape>(two, "found more").is_mismatch());
    assert!(refuses::<Shape>("<int>1</int>", "a struct of one member, found an integer").is_mismatch());
    assert!(refuses::<Shape>("<string>Square</string>", "unknown variant").is_data());
}

#[test]
fn what_is_written_can_be_read() {
    fn nested(depth: usize) -> serde_json::Value {
        (1..depth).fold(serde_json::Value::Null, |inner, _| serde_json::Value::Array(vec![inner]))
    }
    assert!(write(&nested(128)).is_ok());
    assert!(write(&nested(129)).unwrap_err().to_string().contains("deeper than 128"));
}

#[test]
fn params() {
    let mut out = Vec::new();
    let mut params = ParamsWriter::new(&mut out, Dialect::EXTENDED);
    params.serialize_element(&1).unwrap();
    params.serialize_element("a").unwrap();
    params.end().unwrap();
    let expected = "<params><param><value><int>1</int></value></param><param><value><string>a</string></value></param></params>";
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}
