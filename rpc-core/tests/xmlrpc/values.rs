//! The values of `docs/protocols/xmlrpc.md`: how each is written, read and refused.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use polyrpc_core::codec::xml::Dialect;
use polyrpc_core::codec::{Codec, Decode, Encode};
use polyrpc_test_model::pages::{Colour, Item, Note, OrderId, Shape};
use polyrpc_test_support::for_type;
use serde_json::Value;
use uuid::Uuid;

use crate::page::page;

/// What the page says of a value, and what is so: `written` in a dialect, or why not.
struct Kind {
    written: fn(json: &str, dialect: Dialect) -> Result<String, String>,
    /// As JSON again.
    read: fn(xml: &str) -> Result<String, String>,
}

fn written<T: Encode + for<'de> Decode<'de>>(json: &str, dialect: Dialect) -> Result<String, String> {
    let value: T =
        Codec::Json.decode_value(json.as_bytes()).unwrap_or_else(|error| panic!("{json}: {error}"));
    let mut out = b"before".to_vec();
    match Codec::Xml(dialect).encode_value(&value, &mut out) {
        Ok(()) => Ok(String::from_utf8(out.split_off(6)).unwrap()),
        Err(error) => {
            assert_eq!(out, b"before", "what failed leaves nothing behind");
            Err(error.to_string())
        }
    }
}

fn read_as<T: Encode + for<'de> Decode<'de>>(xml: &str) -> Result<String, String> {
    let value: T =
        Codec::Xml(Dialect::EXTENDED).decode_value(xml.as_bytes()).map_err(|error| error.to_string())?;
    let mut out = Vec::new();
    Codec::Json.encode_value(&value, &mut out).unwrap();
    Ok(String::from_utf8(out).unwrap())
}

fn kind<T: Encode + for<'de> Decode<'de>>() -> Kind {
    Kind { written: written::<T>, read: read_as::<T> }
}

fn kind_of(name: &str) -> Kind {
    let kind: fn() -> Kind = for_type!(name, kind => bool, i32, i64, u8, u64, f64, String, char, Uuid, Vec<u8>, Vec<i64>,
        Vec<Option<bool>>, Option<bool>, BTreeMap<String, i64>, BTreeMap<u32, bool>, SystemTime, Duration, Item, Note,
        OrderId, Colour, Shape, (), (bool, String), Value);
    kind()
}

#[test]
fn every_value_is_written_and_read_as_the_page_says() {
    let mut wrong = String::new();
    let mut check = |row: &[&str], is: Result<String, String>, promised: Result<&str, &str>| {
        if is.as_deref().map_err(String::as_str) != promised {
            writeln!(wrong, "{row:?}: {is:?}").unwrap();
        }
    };
    let page = page();
    for block in page.blocks(&["xml", "values"]) {
        let dialect = if block.words.contains(&"plain".into()) { Dialect::PLAIN } else { Dialect::EXTENDED };
        for row in block.rows() {
            let [name, first, second] = row[..] else { panic!("line {}: {row:?}", block.line) };
            let kind = kind_of(name);
            match block.words.last().unwrap().as_str() {
                "read" => check(&row, (kind.read)(second), Ok(first)),
                "refused" => check(&row, (kind.read)(first), Err(second)),
                "unwritable" => check(&row, (kind.written)(first, dialect), Err(second)),
                "values" => {
                    check(&row, (kind.written)(first, dialect), Ok(second));
                    check(&row, (kind.read)(second), Ok(first));
                }
                "plain" => check(&row, (kind.written)(first, dialect), Ok(second)),
                other => panic!("line {}: what is {other}?", block.line),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
