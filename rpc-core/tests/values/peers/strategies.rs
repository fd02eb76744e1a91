//! Any value of the messages of many rows.

use std::collections::BTreeMap;

use polyrpc_test_model::{Choice, Colour, Item, Keys, Name, Number, Numbers, Parts, Texts};
use proptest::collection::{btree_map, btree_set, vec, vec_deque};
use proptest::option::of;
use proptest::prelude::*;
use uuid::Uuid;

use crate::leaves::{Row, texts};

/// Any value of a row that proto carries, as it comes back: what it refuses has its own tests.
fn sent<T: Row>() -> impl Strategy<Value = T> {
    T::any().prop_filter_map("refused in proto", |value| value.over_proto())
}

fn items() -> impl Strategy<Value = Item> {
    (texts(), of(texts())).prop_map(|(sku, note)| Item { sku, note })
}

pub(super) fn choices() -> impl Strategy<Value = Choice> {
    prop_oneof![
        i32::any().prop_map(Choice::Number),
        texts().prop_map(Choice::Text),
        vec(i32::any(), 0..3).prop_map(Choice::List),
        of(texts()).prop_map(Choice::Maybe),
        items().prop_map(Choice::Item),
        (f64::any(), vec(items(), 0..3)).prop_map(|(value, all)| Choice::Named { value, all }),
        (i32::any(), any::<Option<bool>>()).prop_map(|(f0, f1)| Choice::Pair(f0, f1)),
        sent().prop_map(Choice::At),
        Just(Choice::Nothing),
    ]
}

pub(super) fn numbers() -> impl Strategy<Value = Numbers> {
    let integers = (any::<bool>(), i8::any(), i32::any(), i64::any(), u8::any(), u32::any(), u64::any());
    let floats = (f32::any(), f64::any(), vec(f32::any(), 0..4), vec(f64::any(), 0..4));
    let lists = (of(i64::any()), vec(i64::any(), 0..40), vec(any::<bool>(), 0..4), vec(Colour::any(), 0..4));
    (integers, floats, lists, Colour::any()).prop_map(|(integers, floats, lists, colour)| {
        let (flag, tiny, number, wide, byte, unsigned, huge) = integers;
        let (single, double, singles, doubles) = floats;
        let (maybe, list, flags, colours) = lists;
        Numbers {
            flag,
            tiny,
            number,
            wide,
            byte,
            unsigned,
            huge,
            single,
            double,
            maybe,
            list,
            singles,
            doubles,
            flags,
            colours,
            colour,
        }
    })
}

pub(super) fn all_texts() -> impl Strategy<Value = Texts> {
    let single = (texts(), char::any(), Vec::<u8>::any(), Uuid::any(), of(texts()));
    let lists = (vec(texts(), 0..4), vec(Vec::<u8>::any(), 0..4));
    let maps = (
        btree_map(texts(), i64::any(), 0..4),
        btree_map(i32::any(), items(), 0..4),
        btree_map(any::<bool>(), of(texts()), 0..3),
    );
    (single, lists, maps).prop_map(|((text, letter, raw, id, maybe), (texts, raws), maps)| {
        let (by_name, by_number, by_flag) = maps;
        Texts { text, letter, raw, id, maybe, texts, raws, by_name, by_number, by_flag }
    })
}

pub(super) fn keys() -> impl Strategy<Value = Keys> {
    fn by<K: Arbitrary + Ord>() -> impl Strategy<Value = BTreeMap<K, i32>> {
        btree_map(any::<K>(), any::<i32>(), 0..4)
    }
    let signed = (by(), by(), by(), by());
    let unsigned = (by(), by(), by(), by());
    let names = btree_map(texts().prop_map(Name), any::<i32>(), 0..4);
    let numbers = btree_map(u64::any().prop_map(Number), any::<i32>(), 0..4);
    let nested = btree_map(i64::any(), of(by()), 0..3);
    let sets = (btree_set(i64::any(), 0..4), vec_deque(of(texts()), 0..4));
    (by(), signed, unsigned, names, numbers, nested, sets).prop_map(
        |(bools, (i8s, i16s, i32s, i64s), (u8s, u16s, u32s, u64s), names, numbers, nested, (set, queue))| {
            Keys { bools, i8s, i16s, i32s, i64s, u8s, u16s, u32s, u64s, names, numbers, nested, set, queue }
        },
    )
}

pub(super) fn parts() -> impl Strategy<Value = Parts> {
    let clocks = (sent(), sent(), vec(sent(), 0..3));
    let messages =
        (sent(), items(), vec(items(), 0..3), choices(), vec(choices(), 0..3), (i32::any(), texts()));
    let ints = || vec(i32::any(), 0..3);
    let lists = (vec(ints(), 0..3), vec(of(texts()), 0..3), of(ints()), vec(Just(()), 0..3));
    let part = (clocks, messages, lists).prop_map(|((at, took, times), messages, lists)| {
        let (any, item, items, choice, choices, pair) = messages;
        let (lists, options, maybe_list, units) = lists;
        let inner = None;
        Parts {
            at,
            took,
            any,
            item,
            items,
            choice,
            choices,
            pair,
            lists,
            options,
            maybe_list,
            unit: (),
            units,
            times,
            inner,
        }
    });
    let part = part.boxed();
    (part.clone(), of(part.prop_map(Box::new))).prop_map(|(part, inner)| Parts { inner, ..part })
}
