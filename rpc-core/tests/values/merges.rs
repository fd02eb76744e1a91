//! Two encodings, one behind the other, are the two values merged: proto3's rule for every message.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use polyrpc_core::codec::Codec;
use polyrpc_macros::Message;
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use serde_json::{Value, json as any};

use crate::leaves::texts;
use crate::support::{Travels, encode};

#[derive(Message, Clone, Debug, PartialEq, Default)]
#[rpc(crate = polyrpc_core)]
struct Inner {
    number: i64,
    text: Option<String>,
    list: Vec<u32>,
}

#[derive(Message, Clone, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
struct Whole {
    number: u32,
    text: String,
    bytes: Vec<u8>,
    option: Option<i32>,
    packed: Vec<i64>,
    texts: Vec<String>,
    lists: Vec<Vec<bool>>,
    map: BTreeMap<String, Option<u8>>,
    inner: Inner,
    shared: Arc<Inner>,
    maybe: Option<Box<Inner>>,
    pair: (u8, Vec<u8>),
    choice: Choice,
}

#[derive(Message, Clone, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
enum Choice {
    Number(i32),
    Inner(Inner),
    Named { text: Option<String>, list: Vec<String> },
    List(Vec<u8>),
    Nothing,
}

fn inners() -> impl Strategy<Value = Inner> {
    (-2..3_i64, of(texts()), vec(any::<u32>(), 0..3)).prop_map(|(number, text, list)| Inner {
        number,
        text,
        list,
    })
}

fn choices() -> impl Strategy<Value = Choice> {
    prop_oneof![
        (-2..3).prop_map(Choice::Number),
        inners().prop_map(Choice::Inner),
        (of(texts()), vec(texts(), 0..3)).prop_map(|(text, list)| Choice::Named { text, list }),
        vec(any::<u8>(), 0..3).prop_map(Choice::List),
        Just(Choice::Nothing),
    ]
}

fn wholes() -> impl Strategy<Value = Whole> {
    let scalars = (0..3_u32, texts(), vec(any::<u8>(), 0..3), of(-2..3));
    let lists = (vec(any::<i64>(), 0..3), vec(texts(), 0..3), vec(vec(any::<bool>(), 0..3), 0..3));
    let map =
        btree_map(prop::sample::select(vec!["a", "b", ""]).prop_map(String::from), of(any::<u8>()), 0..3);
    let messages = (inners(), inners(), of(inners().prop_map(Box::new)), (0..3_u8, vec(any::<u8>(), 0..3)));
    (scalars, lists, map, messages, choices()).prop_map(|(scalars, lists, map, messages, choice)| Whole {
        number: scalars.0,
        text: scalars.1,
        bytes: scalars.2,
        option: scalars.3,
        packed: lists.0,
        texts: lists.1,
        lists: lists.2,
        map,
        inner: messages.0,
        shared: Arc::new(messages.1),
        maybe: messages.2,
        pair: messages.3,
        choice,
    })
}

/// What a field without presence is after another one of its kind: a default is not on the wire.
fn last<T: Default + PartialEq>(first: T, second: T) -> T {
    if second == T::default() { first } else { second }
}

fn joined<T>(mut first: Vec<T>, second: Vec<T>) -> Vec<T> {
    first.extend(second);
    first
}

impl Inner {
    fn merged(self, other: Inner) -> Inner {
        Inner {
            number: last(self.number, other.number),
            text: other.text.or(self.text),
            list: joined(self.list, other.list),
        }
    }
}

impl Choice {
    fn merged(self, other: Choice) -> Choice {
        match (self, other) {
            (Choice::Inner(first), Choice::Inner(second)) => Choice::Inner(first.merged(second)),
            (Choice::Named { text: first, list }, Choice::Named { text, list: more }) => {
                Choice::Named { text: text.or(first), list: joined(list, more) }
            }
            (_, last) => last,
        }
    }
}

impl Whole {
    fn merged(self, other: Whole) -> Whole {
        Whole {
            number: last(self.number, other.number),
            text: last(self.text, other.text),
            bytes: last(self.bytes, other.bytes),
            option: other.option.or(self.option),
            packed: joined(self.packed, other.packed),
            texts: joined(self.texts, other.texts),
            lists: joined(self.lists, other.lists),
            map: self.map.into_iter().chain(other.map).collect(),
            inner: self.inner.merged(other.inner),
            shared: Arc::new(Inner::clone(&self.shared).merged(Inner::clone(&other.shared))),
            maybe: match (self.maybe, other.maybe) {
                (Some(first), Some(second)) => Some(Box::new(first.merged(*second))),
                (first, second) => second.or(first),
            },
            pair: (last(self.pair.0, other.pair.0), last(self.pair.1, other.pair.1)),
            choice: self.choice.merged(other.choice),
        }
    }
}

fn concatenated<T: Travels>(first: &T, second: &T) -> T {
    let bytes = [encode(Codec::Proto, first).unwrap(), encode(Codec::Proto, second).unwrap()].concat();
    Codec::Proto.decode_value(&bytes).unwrap()
}

proptest! {
    #[test]
    fn messages_merge(first in wholes(), second in wholes(), third in wholes()) {
        prop_assert_eq!(concatenated(&first, &second), first.clone().merged(second.clone()));
        let all = first.clone().merged(second.clone()).merged(third.clone());
        prop_assert_eq!(concatenated(&concatenated(&first, &second), &third), all);
    }

    #[test]
    fn enums_merge(first in choices(), second in choices()) {
        prop_assert_eq!(concatenated(&first, &second), first.merged(second));
    }

    #[test]
    fn durations_merge_as_messages(first in any::<u32>(), second in any::<u32>(), nanos in 1..1_000_000_000_u32) {
        let seconds = last(u64::from(first), u64::from(second));
        let (first, second) = (Duration::new(first.into(), nanos), Duration::from_secs(second.into()));
        prop_assert_eq!(concatenated(&first, &second), Duration::new(seconds, nanos));
    }
}

#[test]
fn any_json_merges_as_its_message() {
    let merged = |first: Value, second: Value| concatenated(&first, &second);
    assert_eq!(merged(any!([1]), any!([2, null])), any!([1, 2, null]));
    assert_eq!(merged(any!({"a": [1], "b": 1}), any!({"a": [2]})), any!({"a": [2], "b": 1}));
    assert_eq!(merged(any!([1]), any!("x")), any!("x"));
    assert_eq!(merged(any!("x"), any!({})), any!({}));
}

#[test]
fn unknown_fields_are_passed_over() {
    let known = Inner { number: 7, text: Some("x".into()), list: vec![1] };
    let bytes = encode(Codec::Proto, &known).unwrap();
    // numbers 100 and up, of every wire type, a group among them
    let unknown = [
        &b"\xa0\x06\x96\x01"[..],
        b"\xa1\x0612345678",
        b"\xa2\x06\x03abc",
        b"\xa5\x061234",
        b"\xa3\x06\xa8\x06\x01\xa4\x06",
    ]
    .concat();
    for bytes in [[unknown.clone(), bytes.clone()].concat(), [bytes, unknown].concat()] {
        assert_eq!(Codec::Proto.decode_value::<Inner>(&bytes).unwrap(), known);
    }
}
