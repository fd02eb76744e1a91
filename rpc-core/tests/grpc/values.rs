//! The values of `docs/protocols/grpc.md`, written and read.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use polyrpc_core::codec::{Codec, Decode, Encode};
use polyrpc_macros::Message;
use polyrpc_test_support::Page;

use crate::page::hex;

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
struct Item {
    sku: String,
    qty: u32,
}

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
struct OrderId(u64);

#[derive(Message, Clone, Copy)]
#[rpc(crate = polyrpc_core)]
enum Colour {
    Red,
    Green,
}

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
enum Shape {
    Circle { radius: f64 },
    Label(String),
    Nothing,
}

fn encoded<T: Encode>(codec: Codec, value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    codec.encode_value(value, &mut out).unwrap();
    out
}

/// Checks a row for one type.
fn check<T: Encode + for<'de> Decode<'de>>(json: &str, proto: &str) {
    let value: T = Codec::Json.decode_value(json.as_bytes()).unwrap();
    assert_eq!(encoded(Codec::Proto, &value), hex(proto), "{json} is {proto}");
    let value: T = Codec::Proto.decode_value(&hex(proto)).unwrap();
    assert_eq!(String::from_utf8(encoded(Codec::Json, &value)).unwrap(), json, "{proto}");
}

macro_rules! checks {
    ($name:expr => $($type:ty),* $(,)?) => {{
        let name = $name;
        let table: &[(&str, fn(&str, &str))] = &[$((stringify!($type), check::<$type>)),*];
        let bare = |text: &str| text.replace([' ', '\n'], "");
        table.iter().find(|(known, _)| bare(known) == name).unwrap_or_else(|| panic!("no type {name}")).1
    }};
}

#[test]
fn every_value_is_written_and_read_as_the_page_says() {
    type Uuid = uuid::Uuid;
    let page = Page::read("protocols/grpc.md");
    let rows: Vec<_> = page.blocks(&["proto", "values"]).flat_map(|block| block.rows()).collect();
    assert!(rows.len() > 25);
    for row in rows {
        let (name, json) = (row[0], row[1]);
        let check = checks!(name => bool, i32, u32, u64, f32, f64, String, Vec<u8>, Option<u64>, Vec<i64>,
            Vec<String>, Vec<Option<u64>>, BTreeMap<String, i64>, BTreeMap<u32, bool>, SystemTime, Duration, Uuid,
            Item, OrderId, Colour, Shape, (bool, String), ());
        check(json, row.get(2).unwrap_or(&""));
    }
}
