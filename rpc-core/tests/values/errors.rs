//! Every refusal says what is wrong, and where.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use polyrpc_core::codec::xml::Dialect;
use polyrpc_core::codec::{Codec, Encode};
use polyrpc_macros::Message;
use serde_json::{Value, json as any};
use uuid::Uuid;

use crate::args::Args;
use crate::support::encode;

#[derive(Message, Clone, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
struct Item {
    sku: Uuid,
    #[serde(rename = "quantity")]
    qty: u8,
}

#[derive(Message, Clone, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
enum Event {
    At(SystemTime),
    Took { span: Duration, of: Vec<f64> },
    Pair(i8, Value),
    Nothing,
}

#[derive(Message, Clone, Copy, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
enum Colour {
    Red,
    Green,
}

#[derive(Message, Clone, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
struct Order {
    id: Uuid,
    items: Vec<Item>,
    by_name: BTreeMap<String, Vec<Event>>,
    pair: (u64, Option<Colour>),
    note: Option<String>,
    any: Value,
    raw: Option<Vec<u8>>,
    lists: Vec<Vec<i8>>,
}

fn order() -> Order {
    Order {
        id: Uuid::nil(),
        items: vec![Item { sku: Uuid::nil(), qty: 1 }; 4],
        by_name: [("x".to_owned(), vec![Event::Nothing, Event::At(UNIX_EPOCH)])].into(),
        pair: (1, Some(Colour::Green)),
        note: None,
        any: any!({"a": [1]}),
        raw: Some(vec![0]),
        lists: vec![vec![1, 2]],
    }
}

const XML: Codec = Codec::Xml(Dialect::EXTENDED);

/// Asserts that writing it fails so, as a value and as an argument, and leaves no trace.
#[track_caller]
fn unwritable<T: Encode + for<'de> polyrpc_core::codec::Decode<'de>>(codec: Codec, value: T, message: &str) {
    let mut out = b"head".to_vec();
    assert_eq!(codec.encode_value(&value, &mut out).unwrap_err().to_string(), message);
    let error = codec.encode_args(&Args { flag: true, value }, &mut Vec::new()).unwrap_err();
    let join = if message.starts_with('[') || !message.contains(": ") { "" } else { "." };
    let join = if message.contains(": ") { join } else { ": " };
    assert_eq!(error.to_string(), format!("value{join}{message}"));
}

#[test]
fn what_cannot_be_written() {
    let late = UNIX_EPOCH + Duration::from_secs(253_402_300_800);
    let long = Duration::MAX;
    for codec in [Codec::Proto, Codec::Json, Codec::JsonPositional, XML] {
        let years = "a time outside the years 1 to 9999";
        unwritable(codec, late, years);
        unwritable(codec, vec![UNIX_EPOCH, late], &format!("[1]: {years}"));
        let mut event = order();
        event.by_name.insert("ü.".into(), vec![Event::Nothing, Event::At(late)]);
        unwritable(codec, event, &format!("by_name.ü.[1].At: {years}"));
        let mut event = order();
        event.by_name.insert("a".into(), vec![Event::Took { span: long, of: vec![] }]);
        // the tracker of the texts does not see the names of variants with fields when it writes
        let variant = if codec == Codec::Proto { "Took." } else { "" };
        let path = format!("by_name.a[0].{variant}span");
        unwritable(codec, event, &format!("{path}: a duration of more than 315576000000 seconds"));
        unwritable(codec, (1, Some((2, late))), &format!("[1][1]: {years}"));
    }
    let beyond = "9007199254740993 is beyond 2^53, and google.protobuf.Value has doubles alone";
    let wide = any!({"a": [0, {"b": (1_i64 << 53) + 1}]});
    unwritable(Codec::Proto, Order { any: wide.clone(), ..order() }, &format!("any.a[1].b: {beyond}"));
    let pair = BTreeMap::from([("k".to_owned(), Event::Pair(1, wide))]);
    unwritable(Codec::Proto, pair, &format!("k.Pair[1].a[1].b: {beyond}"));

    let null = "null within Some would be read as None";
    unwritable(Codec::Json, BTreeMap::from([("a".to_owned(), Some(Value::Null))]), &format!("a: {null}"));
    unwritable(XML, vec![Some(())], &format!("[0]: {null}"));

    unwritable(
        XML,
        Order { pair: (u64::MAX, None), ..order() },
        "pair[0]: the integer 18446744073709551615 needs more than 64 bits",
    );
    let event = vec![Event::Took { span: Duration::ZERO, of: vec![0.0, f64::INFINITY] }];
    let with_event = Order { by_name: [("a".to_owned(), event)].into(), ..order() };
    assert!(encode(Codec::Json, &with_event).is_ok());
    assert_eq!(encode(XML, &with_event).unwrap_err().path(), "by_name.a[0].of[1]");
    unwritable(
        XML,
        Order { note: Some("a\u{1}".into()), ..order() },
        "note: XML cannot carry the character U+0001",
    );
    unwritable(
        XML,
        Order { any: any!([{"\u{ffff}": 1}]), ..order() },
        "any[0]: XML cannot carry the character U+FFFF",
    );
    unwritable(
        Codec::Xml(Dialect::PLAIN),
        vec![1_i64 << 31],
        "[0]: the integer 2147483648 needs more than 32 bits, and the peer lacks i8",
    );
}

/// The order in that codec, with one thing in its text replaced.
fn broken(codec: Codec, from: &str, to: &str) -> String {
    let text = String::from_utf8(encode(codec, &order()).unwrap()).unwrap();
    assert!(text.contains(from), "{from} in {text}");
    let broken = text.replacen(from, to, 1);
    codec.decode_value::<Order>(broken.as_bytes()).unwrap_err().to_string()
}

#[test]
fn what_cannot_be_read_in_json() {
    let zeros = "\"00000000-0000-0000-0000-000000000000\"";
    let item = format!("{{\"sku\":{zeros},\"quantity\":1}}");
    let three = [item.as_str(), ",", &item, ",", &item, ","].concat();
    for (from, to, message) in [
        (format!("\"id\":{zeros},"), String::new(), "id: missing"),
        (format!("{three}{item}"), format!("{three}{{\"quantity\":1}}"), "items[3].sku: missing"),
        (
            format!("{three}{item}"),
            format!("{three}{{\"sku\":\"x\"}}"),
            r#"items[3].sku: invalid value: string "x", expected a UUID"#,
        ),
        (
            "\"quantity\":1".into(),
            "\"quantity\":256".into(),
            "items[0].quantity: invalid value: integer `256`, expected u8",
        ),
        (
            "\"quantity\":1".into(),
            "\"quantity\":1,\"qty\":-1,\"quantity\":1".into(),
            "items[0]: duplicate field `quantity`",
        ),
        ("\"Nothing\"".into(), "\"Other\"".into(), "by_name.x[0]: Event has no variant `Other`"),
        (
            "\"Nothing\"".into(),
            "{\"Took\":{\"span\":\"-1s\",\"of\":[]}}".into(),
            "by_name.x[0].Took.span: -1s is negative, which a Duration cannot be",
        ),
        ("\"Nothing\"".into(), "{\"Pair\":[1]}".into(), "by_name.x[0].Pair[1]: missing"),
        (
            "\"Nothing\"".into(),
            "{\"Pair\":[200,null]}".into(),
            "by_name.x[0].Pair[0]: invalid value: integer `200`, expected i8",
        ),
        (
            "[1,\"Green\"]".into(),
            "[1,\"Blue\"]".into(),
            r#"pair[1]: invalid value: string "Blue", expected the name of a value of Colour"#,
        ),
        ("[1,\"Green\"]".into(), "[]".into(), "pair[0]: missing"),
        ("[1,\"Green\"]".into(), "[1,null,0]".into(), "pair: a tuple takes 2 values, not more"),
        (
            "{\"a\":[1]}".into(),
            "{\"a\":[{\"b\":1,\"b\":2}]}".into(),
            "any.a[0]: the object has the same member twice",
        ),
        (
            "\"AA==\"".into(),
            "\"*\"".into(),
            "raw: invalid value: text that is not base64, expected bytes in base64",
        ),
        ("[[1,2]]".into(), "[[1,\"2\"]]".into(), r#"lists[0][1]: invalid type: string "2", expected i8"#),
        ("[[1,2]]".into(), "[[1],null]".into(), "lists[1]: invalid type: null, expected a list"),
    ] {
        assert_eq!(broken(Codec::Json, &from, &to), message);
    }
}

#[test]
fn what_cannot_be_read_in_xml() {
    let id = "<value><string>00000000-0000-0000-0000-000000000000</string></value>";
    for (from, to, path) in [
        (format!("<member><name>id</name>{id}</member>"), String::new(), "id"),
        (format!("<member><name>sku</name>{id}</member>"), String::new(), "items[0].sku"),
        (
            "<name>quantity</name><value><int>1<".into(),
            "<name>quantity</name><value><int>256<".into(),
            "items[0].quantity",
        ),
        ("<string>Nothing<".into(), "<string>Other<".into(), "by_name.x[0]"),
        ("19700101T00:00:00".into(), "19700101T24:00:00".into(), "by_name.x[1].At"),
        ("<string>Green<".into(), "<string>Blue<".into(), "pair[1]"),
        ("<base64>AA==".into(), "<base64>*".into(), "raw"),
        ("<int>2<".into(), "<int>200<".into(), "lists[0][1]"),
    ] {
        let message = broken(XML, &from, &to);
        assert!(message.starts_with(&format!("{path}: ")), "{path}: {message}");
    }
}

#[test]
fn what_cannot_be_read_in_proto() {
    let read = |bytes: &[u8]| Codec::Proto.decode_value::<Order>(bytes).unwrap_err().to_string();
    let whole = encode(Codec::Proto, &order()).unwrap();
    let with = |bytes: &[u8]| read(&[&whole, bytes].concat());
    assert_eq!(read(b""), "id: missing");
    assert_eq!(with(b"\x12\x00"), "items[4].sku: missing");
    assert_eq!(with(b"\x12\x03\x10\x80\x02"), "items[4].quantity: 256 does not fit u8");
    assert_eq!(with(b"\x12\x03\x0a\x01x"), r#"items[4].sku: "x" is not a UUID"#);
    assert_eq!(with(b"\x12\x03\x0a\x01\xff"), "items[4].sku: text is not valid UTF-8");
    assert_eq!(with(b"\x12\x02\x08\x01"), "items[4].sku: wire type Varint where Length was expected");
    assert_eq!(with(b"\x12\x07\x0a"), "items[4]: the message is truncated");
    // by_name: an entry of the key `k`, in its list an event
    assert_eq!(with(b"\x1a\x07\x0a\x01k\x12\x02\x0a\x00"), "by_name.k[0]: no variant of Event that is known");
    assert_eq!(
        with(b"\x1a\x11\x0a\x01k\x12\x0c\x0a\x0a\x12\x08\x0a\x06\x10\x80\x94\xeb\xdc\x03"),
        "by_name.k[0].Took.span: a duration of more than 999999999 nanoseconds"
    );
    assert_eq!(with(b"\x22\x02\x10\x07"), "pair[1]: Colour has no value 7");
    assert_eq!(with(b"\x32\x02\x32\x02"), "any: the message is truncated");
    assert_eq!(with(b"\x32\x06\x32\x04\x0a\x00\x0a\x00"), "any[0]: a google.protobuf.Value of no kind");
    assert_eq!(with(b"\x42\x05\x0a\x03\x01\xac\x02"), "lists[1][1]: 300 does not fit i8");
}
