//! What the fuzz targets hold requests and responses to: serde_json reads them in its own way, and both must agree.

use std::fmt;

use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::elements::Elements;
use super::request::{self, Incoming, Item, Refused};
use super::response::Answer;
use super::scan::{Malformed, Scanner};
use super::sse::Parser;
use super::{VERSION, error};
use crate::codec::JSON_DEPTH;

/// The most requests in a batch.
const BATCH: usize = 4;

/// The members of an object in their order, with their values as they stand.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

/// Reads `text` as JSON.
///
/// # Panics
/// When serde_json does not agree that it is JSON, or how deep it is.
pub fn scan(text: &str) {
    let mut scanner = Scanner::new(text);
    let ours = scanner.value().and_then(|value| scanner.end().map(|()| value)).ok();
    assert_eq!(ours.is_some(), serde_json::from_str::<IgnoredAny>(text).is_ok(), "is it JSON?");
    if let Some(value) = ours {
        assert_eq!(value.text, text.trim_matches([' ', '\t', '\r', '\n']));
        assert_eq!(value.depth, depth(text));
        if value.first() == b'[' {
            elements(value.text);
        }
        if let Some(string) = value.string() {
            assert_eq!(string, serde_json::from_str::<String>(text).expect("it is a string"));
        }
    }
}

/// Holds the elements of an array, as a stream has them, against what the scanner finds.
fn elements(array: &str) {
    let mut elements = Elements::new(Bytes::copy_from_slice(array.as_bytes()));
    let scanned = Scanner::new(array).array(|scanner| {
        let value = scanner.value()?;
        assert_eq!(elements.next(), Some((Bytes::copy_from_slice(value.text.as_bytes()), value.depth)));
        Ok::<_, Malformed>(())
    });
    assert_eq!((scanned, elements.next()), (Ok(()), None));
}

/// Reads `body` as events, whole and cut at every so many bytes, which its first byte says.
///
/// # Panics
/// When the pieces have other events than the whole.
pub fn events(body: &[u8]) {
    let Some((size, body)) = body.split_first() else { return };
    let read = |size: usize| {
        let (mut parser, mut events) = (Parser::new(64), Vec::new());
        for chunk in body.chunks(size) {
            parser.push(Bytes::copy_from_slice(chunk));
            loop {
                match parser.next() {
                    Ok(Some(event)) => events.push(event),
                    Ok(None) => break,
                    // What is too long shows earlier where it comes in pieces.
                    Err(_) => return None,
                }
            }
        }
        Some(events)
    };
    if let (Some(whole), Some(pieces)) = (read(body.len().max(1)), read(usize::from(*size).max(1))) {
        assert_eq!(whole, pieces);
        assert!(whole.iter().all(|event| (1..=64).contains(&event.len())));
    }
}

/// Reads `body` as what a server receives.
///
/// # Panics
/// When serde_json finds another method, other parameters or another id.
pub fn requests(body: &str) {
    let read = request::read(body, BATCH);
    assert!(read.is_err() || serde_json::from_str::<IgnoredAny>(body).is_ok(), "a request is JSON");
    match read {
        Ok(Incoming::Single(item)) => agree(body, &item, body),
        Ok(Incoming::Batch(items)) => {
            let texts: Vec<&RawValue> = serde_json::from_str(body).expect("a batch is a list");
            assert_eq!(items.len(), texts.len());
            assert!((1..=BATCH).contains(&items.len()));
            for (item, text) in items.iter().zip(texts) {
                agree(body, item, text.get());
            }
        }
        Err(Refused::EmptyBatch) => assert_eq!(serde_json::from_str::<[(); 0]>(body).ok(), Some([])),
        // Whether more than so many stand there is known before all of them are read.
        Err(Refused::TooManyCalls) => assert!(body.bytes().filter(|byte| *byte == b',').count() >= BATCH),
        Err(Refused::Malformed) => {
            let error = serde_json::from_str::<Value>(body).err();
            // The depth of `params` counts from there on, that of the rest from the request.
            assert!(error.is_some(), "serde_json reads it");
        }
    }
}

/// Holds what we read in `text`, which stands in `body`, against what serde_json reads there.
fn agree(body: &str, item: &Item<'_>, text: &str) {
    // Not an object, or one with a name that is no text: not a request for serde_json, and for us neither, unless the
    // name is one that is ignored.
    let Ok(Members(members)) = serde_json::from_str(text) else { return };
    let all = |name: &str| members.iter().filter(|(key, _)| key == name).count();
    let one = |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, value)| value.get());
    let kind = |text: Option<&str>| text.map_or(b' ', |text| text.as_bytes()[0]);
    let twice = ["jsonrpc", "method", "params", "id"].iter().any(|name| all(name) > 1);
    let valid_id = all("id") <= 1 && matches!(kind(one("id")), b'"' | b'-' | b'0'..=b'9' | b'n');
    let valid = !twice
        && one("jsonrpc").is_some_and(|version| string(version).as_deref() == Some(VERSION))
        && kind(one("method")) == b'"'
        && matches!(kind(one("params")), b' ' | b'[' | b'{')
        && (valid_id || one("id").is_none());
    match item {
        Ok(request) => {
            assert!(valid, "no request: {text}");
            assert_eq!(request.method, one("method").and_then(string).unwrap_or_default());
            assert_eq!(&body[request.params.clone()], one("params").unwrap_or_default());
            assert_eq!(request.id, one("id"));
            if let Some(params) = one("params") {
                assert_eq!(request.too_deep, depth(params) > JSON_DEPTH + 1);
            }
        }
        Err(invalid) => {
            assert!(!valid, "a request: {text}");
            assert_eq!(invalid.id, one("id").filter(|_| valid_id));
        }
    }
}

/// The content of a string.
fn string(text: &str) -> Option<String> {
    serde_json::from_str(text).ok()
}

/// How deep a valid text is nested.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !quoted => depth -= 1,
            _ => {}
        }
    }
    deepest
}

/// Reads `body` as what a client receives in answer to the call with the id 1.
///
/// # Panics
/// When what is taken for the result is not a value, or when an error that was read is written as another one.
pub fn responses(body: &[u8]) {
    let Ok(answer) = Answer::parse(body) else { return };
    let text = std::str::from_utf8(body).expect("a response is UTF-8");
    assert!(serde_json::from_str::<IgnoredAny>(text).is_ok(), "a response is JSON");
    if let Some(status) = answer.error() {
        let mut written = Vec::new();
        error::write(&mut written, &status);
        assert_eq!(rewritten(&written), written, "an error is written as another one");
    }
    if let Ok(range) = answer.result("1") {
        assert!(serde_json::from_str::<IgnoredAny>(&text[range]).is_ok(), "a result is JSON");
    }
}

/// An error object that was read and written once more.
fn rewritten(object: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(object).expect("JSON is UTF-8");
    let raw = Scanner::new(text).value().expect("what was written is JSON");
    let status = error::read(&raw).expect("what was written is an error object");
    let mut out = Vec::new();
    error::write(&mut out, &status);
    out
}
