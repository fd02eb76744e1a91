//! Every row alone, in every kind of container, and in those containers once more: what comes back from each codec is
//! what went in, or what the row's protocols make of it.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use polyrpc_core::Json;
use polyrpc_core::codec::xml::Dialect;
use polyrpc_core::codec::{Codec, Decode, Encode};
use polyrpc_macros::Message;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use crate::args::Args;
use crate::leaves::{Amount, Colour, Foreign, Row, Shape};

/// Gives leaves and choices to what is built of them, so that the same thing can be built once more of what a
/// protocol makes of the leaves.
struct Feed<'a, T> {
    leaves: std::iter::Cycle<std::slice::Iter<'a, T>>,
    choices: std::iter::Cycle<std::slice::Iter<'a, u8>>,
    over: Fate<T>,
    /// Whether it is for a text.
    text: bool,
    refused: bool,
}

impl<T: Row> Feed<'_, T> {
    fn leaf(&mut self) -> T {
        let leaf = self.leaves.next().unwrap();
        (self.over)(leaf).unwrap_or_else(|| {
            self.refused = true;
            leaf.clone()
        })
    }

    fn choice(&mut self, of: u8) -> u8 {
        self.choices.next().unwrap() % of
    }

    fn maybe<U>(&mut self, some: impl FnOnce(&mut Self) -> U) -> Option<U> {
        if self.choice(3) > 0 { Some(some(self)) } else { None }
    }

    fn option(&mut self) -> Option<T> {
        let option = self.maybe(Self::leaf);
        self.refused |= self.text && option.as_ref().is_some_and(Row::is_nothing);
        option
    }

    fn list<U>(&mut self, mut item: impl FnMut(&mut Self) -> U) -> Vec<U> {
        (0..self.choice(4)).map(|_| item(self)).collect()
    }

    fn map<U>(&mut self, value: impl FnMut(&mut Self) -> U) -> BTreeMap<String, U> {
        let keys = ["é<&>\r\n", "", "$type"].into_iter().map(str::to_owned);
        let values = self.list(value);
        keys.zip(values).collect()
    }
}

/// What becomes of a leaf; None is a refusal.
type Fate<T> = fn(&T) -> Option<T>;

fn codecs<T: Row>() -> [(Codec, Fate<T>); 4] {
    [
        (Codec::Proto, T::over_proto),
        (Codec::Json, T::over_json),
        (Codec::JsonPositional, T::over_json),
        (Codec::Xml(Dialect::EXTENDED), T::over_xml),
    ]
}

/// Builds a value of those leaves, sends it through each codec, as a value and as an argument, and compares.
fn check<T: Row, V>(leaves: &[T], choices: &[u8], build: fn(&mut Feed<'_, T>) -> V)
where
    V: Encode + for<'de> Decode<'de> + Debug,
{
    let feed = |over, text| Feed {
        leaves: leaves.iter().cycle(),
        choices: choices.iter().cycle(),
        over,
        text,
        refused: false,
    };
    for (codec, over) in codecs::<T>() {
        let value = build(&mut feed(|leaf| Some(leaf.clone()), false));
        let mut after = feed(over, codec != Codec::Proto);
        let expected = format!("{:?}", build(&mut after));
        let mut out = b"before".to_vec();
        match codec.encode_value(&value, &mut out) {
            Ok(()) => {
                assert!(!after.refused, "{codec:?} should refuse {value:?}");
                let read =
                    codec.decode_value::<V>(&out[6..]).unwrap_or_else(|error| panic!("{codec:?}: {error}"));
                assert_eq!(format!("{read:?}"), expected, "{codec:?}");
            }
            Err(error) => assert!(after.refused, "{codec:?} refuses {value:?}: {error}"),
        }
        let (args, mut out) = (Args { flag: true, value }, Vec::new());
        match codec.encode_args(&args, &mut out) {
            Ok(()) => {
                let read =
                    codec.decode_args::<Args<V>>(&out).unwrap_or_else(|error| panic!("{codec:?}: {error}"));
                assert!(read.flag);
                assert_eq!(format!("{:?}", read.value), expected, "{codec:?}");
            }
            Err(error) => assert!(after.refused, "{codec:?} refuses {args:?}: {error}"),
        }
    }
}

macro_rules! rows {
    ($($name:ident: $T:ty;)*) => {$(mod $name {
        use super::*;

        #[derive(Message, Debug)]
        #[rpc(crate = polyrpc_core)]
        struct Newtype($T);

        #[derive(Message, Debug)]
        #[rpc(crate = polyrpc_core)]
        enum Variant {
            Nothing,
            One($T),
            Maybe(Option<$T>),
            List(Vec<$T>),
            Map(BTreeMap<String, $T>),
            Two($T, Option<$T>),
            Named { value: $T, maybe: Option<$T> },
        }

        impl Variant {
            fn build(feed: &mut Feed<'_, $T>) -> Variant {
                match feed.choice(7) {
                    0 => Variant::Nothing,
                    1 => Variant::One(feed.leaf()),
                    2 => Variant::Maybe(feed.option()),
                    3 => Variant::List(feed.list(Feed::leaf)),
                    4 => Variant::Map(feed.map(Feed::leaf)),
                    5 => Variant::Two(feed.leaf(), feed.option()),
                    _ => Variant::Named { value: feed.leaf(), maybe: feed.option() },
                }
            }
        }

        #[derive(Message, Debug)]
        #[rpc(crate = polyrpc_core)]
        struct Holder {
            value: $T,
            option: Option<$T>,
            list: Vec<$T>,
            map: BTreeMap<String, $T>,
            tuple: ($T, Option<$T>),
            array: [$T; 2],
            newtype: Newtype,
            variant: Variant,
            lists: Vec<Vec<$T>>,
            options: Vec<Option<$T>>,
            maybe_list: Option<Vec<$T>>,
            map_of_lists: BTreeMap<String, Vec<$T>>,
            list_of_maps: Vec<BTreeMap<String, Option<$T>>>,
            list_of_tuples: Vec<($T, Vec<$T>)>,
            variants: Vec<Variant>,
            inner: Option<Box<Holder>>,
        }

        impl Holder {
            fn build(feed: &mut Feed<'_, $T>) -> Holder {
                Holder { inner: feed.maybe(|feed| Box::new(Holder::flat(feed))), ..Holder::flat(feed) }
            }

            fn flat(feed: &mut Feed<'_, $T>) -> Holder {
                Holder {
                    value: feed.leaf(),
                    option: feed.option(),
                    list: feed.list(Feed::leaf),
                    map: feed.map(Feed::leaf),
                    tuple: (feed.leaf(), feed.option()),
                    array: [feed.leaf(), feed.leaf()],
                    newtype: Newtype(feed.leaf()),
                    variant: Variant::build(feed),
                    lists: feed.list(|feed| feed.list(Feed::leaf)),
                    options: feed.list(Feed::option),
                    maybe_list: feed.maybe(|feed| feed.list(Feed::leaf)),
                    map_of_lists: feed.map(|feed| feed.list(Feed::leaf)),
                    list_of_maps: feed.list(|feed| feed.map(Feed::option)),
                    list_of_tuples: feed.list(|feed| (feed.leaf(), feed.list(Feed::leaf))),
                    variants: feed.list(Variant::build),
                    inner: None,
                }
            }
        }

        proptest! {
            #![proptest_config(ProptestConfig::with_cases(64))]

            #[test]
            fn comes_back(leaves in vec(<$T>::any(), 1..9), choices in vec(any::<u8>(), 1..50)) {
                check(&leaves, &choices, |feed| feed.leaf());
                check(&leaves, &choices, |feed| feed.option());
                check(&leaves, &choices, |feed| feed.list(Feed::leaf));
                check(&leaves, &choices, Holder::build);
                check(&leaves, &choices, |feed| feed.map(Variant::build));
            }
        }
    })*};
}

rows! {
    bools: bool;
    i8s: i8;
    i16s: i16;
    i32s: i32;
    i64s: i64;
    u8s: u8;
    u16s: u16;
    u32s: u32;
    u64s: u64;
    f32s: f32;
    f64s: f64;
    strings: String;
    chars: char;
    uuids: Uuid;
    addresses: IpAddr;
    bytes_in_a_vec: Vec<u8>;
    bytes_of_bytes: Bytes;
    bytes_in_an_array: [u8; 3];
    times: SystemTime;
    durations: Duration;
    any_json: Value;
    foreign: Json<Foreign>;
    unit: ();
    unit_enums: Colour;
    newtypes: Amount;
    data_enums: Shape;
}
