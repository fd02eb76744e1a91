//! The values of `docs/protocols/jsonrpc.md`: how each is written, read and refused.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use polyrpc_core::codec::{Codec, Decode, Encode};
use polyrpc_macros::Message;
use polyrpc_test_model::pages::{Colour, Item, Note, OrderId, Shape};
use polyrpc_test_support::{for_type, squeezed};
use serde_json::{Value, json};
use uuid::{Uuid, uuid};

use crate::page::page;

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
struct User {
    user_id: u32,
}

/// What is written for a value; it must be read back as the same.
fn written<T: Encode + for<'de> Decode<'de>>(value: T) -> Result<String, String> {
    let mut out = b"before".to_vec();
    match Codec::Json.encode_value(&value, &mut out) {
        Ok(()) => {
            let json = String::from_utf8(out.split_off(6)).unwrap();
            assert_eq!(read::<T>(&json).as_ref(), Ok(&json));
            Ok(json)
        }
        Err(error) => {
            assert_eq!(out, b"before", "what failed leaves nothing behind");
            Err(error.to_string())
        }
    }
}

/// What is written for what was read.
fn read<T: Encode + for<'de> Decode<'de>>(json: &str) -> Result<String, String> {
    let value: T = Codec::Json.decode_value(json.as_bytes()).map_err(|error| error.to_string())?;
    let mut out = Vec::new();
    Codec::Json.encode_value(&value, &mut out).unwrap();
    Ok(String::from_utf8(out).unwrap())
}

fn epoch(seconds: i64, nanos: u32) -> SystemTime {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let start = SystemTime::UNIX_EPOCH;
    (if seconds < 0 { start - whole } else { start + whole }) + Duration::from_nanos(nanos.into())
}

macro_rules! values {
    ($($type:ty: $value:expr;)*) => {
        vec![$((squeezed(stringify!($type)), squeezed(stringify!($value)), written::<$type>($value))),*]
    };
}

type Written = (String, String, Result<String, String>);

fn scalars() -> Vec<Written> {
    values! {
        bool: true;
        i8: -128;
        i32: -7;
        u32: 4294967295;
        i64: i64::MIN;
        u64: u64::MAX;
        f32: 0.1;
        f64: 0.5;
        f64: 3.0;
        f64: 24.099999999999998;
        f64: 1e21;
        f64: -0.0;
        f64: f64::NAN;
        f64: f64::INFINITY;
        f64: f64::NEG_INFINITY;
        String: "\"é\" \\ / \n \u{1} 🦀".into();
        char: '☃';
        Uuid: uuid!("67e55044-10b1-426f-9247-bb680e5fe0c8");
        Vec<u8>: vec![0, 255];
        SystemTime: epoch(900684535, 0);
        SystemTime: epoch(900684535, 250_000_000);
        SystemTime: epoch(-1, 999_999_999);
        SystemTime: epoch(253402300800, 0);
        Duration: Duration::from_millis(3500);
        Duration: Duration::from_secs(60);
        Duration: Duration::from_nanos(1);
        Duration: Duration::from_secs(315576000001);
    }
}

fn composites() -> Vec<Written> {
    values! {
        Option<bool>: None;
        Option<bool>: Some(true);
        Vec<i64>: vec![1, 2];
        Vec<Option<bool>>: vec![Some(true), None];
        Vec<f64>: vec![1.5, f64::NAN];
        [u16; 2]: [1, 2];
        BTreeMap<String, i64>: [("a b".into(), 1)].into();
        BTreeMap<u32, bool>: [(7, true)].into();
        BTreeMap<bool, u8>: [(true, 1)].into();
        Item: Item { sku: "tea".into(), qty: 2 };
        Note: Note { text: None };
        Note: Note { text: Some("x".into()) };
        User: User { user_id: 7 };
        OrderId: OrderId(7);
        Colour: Colour::Green;
        Shape: Shape::Circle { radius: 0.5 };
        Shape: Shape::Label("x".into());
        Shape: Shape::Pair(1, 2);
        Shape: Shape::Nothing;
        (): ();
        (bool, String): (true, "x".into());
        Value: json!({"a": [1, null]});
        Vec<SystemTime>: vec![epoch(0, 0), epoch(253402300800, 0)];
    }
}

#[test]
fn every_value_is_written_as_the_page_says() {
    let mut values = scalars();
    values.extend(composites());
    let page = page();
    let mut wrong = String::new();
    for (last, is_error) in [("written", false), ("unwritable", true)] {
        for block in page.blocks(&["json", "values", last]) {
            for row in block.rows() {
                let [kind, value, promised] = row[..] else { panic!("line {}: {row:?}", block.line) };
                let known = |(a, b, _): &Written| *a == squeezed(kind) && *b == squeezed(value);
                let Some(place) = values.iter().position(known) else { panic!("no test has {row:?}") };
                let (.., is) = values.swap_remove(place);
                if is.is_err() != is_error || is.as_ref().unwrap_or_else(|error| error) != promised {
                    writeln!(wrong, "{row:?}: {is:?}").unwrap();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(values.is_empty(), "the page lacks {values:?}");
}

fn reader(kind: &str) -> fn(&str) -> Result<String, String> {
    for_type!(kind, read => bool, u8, i32, u32, i64, u64, f32, f64, String, char, Uuid, Vec<u8>, SystemTime, Duration,
        Option<bool>, Vec<i64>, [u16; 2], BTreeMap<String, i64>, BTreeMap<u32, bool>, BTreeMap<bool, u8>, Item,
        Vec<Item>, Note, User, OrderId, Colour, Shape, (), (bool, String), Value)
}

#[test]
fn every_value_is_read_and_refused_as_the_page_says() {
    let page = page();
    let mut wrong = String::new();
    for (last, is_error) in [("read", false), ("refused", true)] {
        for block in page.blocks(&["json", "values", last]) {
            for row in block.rows() {
                let [kind, json, promised] = row[..] else { panic!("line {}: {row:?}", block.line) };
                let is = reader(kind)(json);
                if is.is_err() != is_error || is.as_ref().unwrap_or_else(|error| error) != promised {
                    writeln!(wrong, "{row:?}: {is:?}").unwrap();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
