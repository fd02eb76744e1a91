//! JSON held against serde: the same types with serde's own derives, written and read by serde_json.

use std::collections::BTreeMap;

use polyrpc_core::codec::Codec;
use polyrpc_macros::Message;
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::leaves::{Row, texts};
use crate::support::encode;

#[derive(Message, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[rpc(crate = polyrpc_core)]
struct Id(u64);

#[derive(Message, Serialize, Deserialize, Clone, Copy, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Colour {
    DarkRed,
    #[serde(rename = "grün")]
    Green,
}

#[derive(Message, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Choice {
    Number(f64),
    LongText(String),
    Maybe(Option<i32>),
    Pair(i8, Option<bool>),
    Named {
        long_name: char,
        #[serde(skip_serializing_if = "Option::is_none")]
        maybe: Option<Id>,
    },
    Many(Vec<Choice>),
    Boxed(Box<Mirror>),
    Nothing,
}

#[derive(Message, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
#[serde(rename_all = "camelCase")]
struct Mirror {
    flag: bool,
    tiny_number: i8,
    wide: i64,
    huge: u64,
    single: f32,
    double: f64,
    text: String,
    letter: char,
    #[serde(rename = "the id")]
    id: Id,
    #[serde(skip_serializing_if = "Option::is_none")]
    maybe: Option<String>,
    list: Vec<i64>,
    options: Vec<Option<f32>>,
    by_name: BTreeMap<String, Vec<u16>>,
    by_number: BTreeMap<i32, Option<Colour>>,
    by_id: BTreeMap<Id, (bool, String)>,
    pair: (u32, Option<char>, Vec<String>),
    array: [i16; 2],
    unit: (),
    colour: Colour,
    choices: Vec<Choice>,
    any: Value,
    #[serde(default)]
    defaulted: u32,
}

/// What is not finite serde_json writes as null, and we as proto3 JSON does: the rows have a test of that.
fn finite<T: Row + Into<f64> + Copy>() -> impl Strategy<Value = T> {
    T::any().prop_filter("serde_json has no such number", |value| (*value).into().is_finite())
}

fn leaves() -> BoxedStrategy<Choice> {
    prop_oneof![
        finite().prop_map(Choice::Number),
        texts().prop_map(Choice::LongText),
        of(i32::any()).prop_map(Choice::Maybe),
        (i8::any(), any::<Option<bool>>()).prop_map(|(a, b)| Choice::Pair(a, b)),
        (char::any(), of(u64::any()))
            .prop_map(|(long_name, id)| Choice::Named { long_name, maybe: id.map(Id) }),
        Just(Choice::Nothing),
    ]
    .boxed()
}

fn choices() -> BoxedStrategy<Choice> {
    leaves()
        .prop_recursive(2, 6, 3, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..3).prop_map(Choice::Many),
                mirrors(inner).prop_map(|mirror| Choice::Boxed(Box::new(mirror))),
            ]
        })
        .boxed()
}

fn mirrors(choices: BoxedStrategy<Choice>) -> impl Strategy<Value = Mirror> {
    let colours = || prop_oneof![Just(Colour::DarkRed), Just(Colour::Green)];
    let numbers =
        (any::<bool>(), i8::any(), i64::any(), u64::any(), finite(), finite(), u64::any(), any::<u32>());
    let plain = (texts(), char::any(), of(texts()), vec(i64::any(), 0..3), vec(of(finite()), 0..3));
    let maps = (
        btree_map(texts(), vec(any::<u16>(), 0..3), 0..3),
        btree_map(i32::any(), of(colours()), 0..3),
        btree_map(u64::any().prop_map(Id), (any::<bool>(), texts()), 0..3),
    );
    let rest =
        ((u32::any(), of(char::any()), vec(texts(), 0..3)), any::<[i16; 2]>(), colours(), vec(choices, 0..3));
    (numbers, plain, maps, rest, Value::any()).prop_map(|(numbers, plain, maps, rest, any)| {
        let (flag, tiny_number, wide, huge, single, double, id, defaulted) = numbers;
        let (text, letter, maybe, list, options) = plain;
        let (by_name, by_number, by_id) = maps;
        let (pair, array, colour, choices) = rest;
        Mirror {
            flag,
            tiny_number,
            wide,
            huge,
            single,
            double,
            text,
            letter,
            id: Id(id),
            maybe,
            list,
            options,
            by_name,
            by_number,
            by_id,
            pair,
            array,
            unit: (),
            colour,
            choices,
            any,
            defaulted,
        }
    })
}

proptest! {
    #[test]
    fn json_is_serdes(mirror in mirrors(choices())) {
        let ours = String::from_utf8(encode(Codec::Json, &mirror).unwrap()).unwrap();
        let theirs = serde_json::to_string(&mirror).unwrap();
        prop_assert_eq!(&ours, &theirs);
        prop_assert_eq!(&serde_json::from_str::<Mirror>(&ours).unwrap(), &mirror);
        prop_assert_eq!(&Codec::Json.decode_value::<Mirror>(theirs.as_bytes()).unwrap(), &mirror);
        // with white space and the members in another order
        let value = serde_json::to_value(&mirror).unwrap();
        let pretty = serde_json::to_vec_pretty(&value).unwrap();
        prop_assert_eq!(&Codec::Json.decode_value::<Mirror>(&pretty).unwrap(), &mirror);
    }
}
