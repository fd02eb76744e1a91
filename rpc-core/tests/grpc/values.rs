//! The values of `docs/protocols/grpc.md`, written and read.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use polyrpc_core::codec::{Codec, Decode, Encode};
use polyrpc_test_model::pages::{Colour, Item, OrderId, Shape};
use polyrpc_test_support::{Page, for_type, hex};

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

#[test]
fn every_value_is_written_and_read_as_the_page_says() {
    type Uuid = uuid::Uuid;
    let page = Page::read("protocols/grpc.md");
    let rows: Vec<_> = page.blocks(&["proto", "values"]).flat_map(|block| block.rows()).collect();
    assert!(rows.len() > 25);
    for row in rows {
        let (name, json) = (row[0], row[1]);
        let check: fn(&str, &str) = for_type!(name, check => bool, i32, u32, u64, f32, f64, String, Vec<u8>, Option<u64>, Vec<i64>,
            Vec<String>, Vec<Option<u64>>, BTreeMap<String, i64>, BTreeMap<u32, bool>, SystemTime, Duration, Uuid,
            Item, OrderId, Colour, Shape, (bool, String), ());
        check(json, row.get(2).unwrap_or(&""));
    }
}
