//! proto3 held against prost: the same messages, its types derived by hand, its well-known types.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use polyrpc_core::codec::Codec;
use polyrpc_macros::Message;
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use prost::Message as _;
use serde_json::Value;
use uuid::Uuid;

use crate::leaves::{Colour, Row, texts};
use crate::support::encode;

#[derive(Message, Clone, Debug)]
#[rpc(crate = polyrpc_core)]
struct Item {
    sku: String,
    note: Option<String>,
}

#[derive(Message, Clone, Debug)]
#[rpc(crate = polyrpc_core)]
enum Choice {
    Number(i32),
    Text(String),
    List(Vec<i32>),
    Maybe(Option<String>),
    Item(Item),
    Named { value: f64, all: Vec<Item> },
    Pair(i32, Option<bool>),
    At(SystemTime),
    Nothing,
}

#[derive(Message, Clone, Debug)]
#[rpc(crate = polyrpc_core)]
struct Numbers {
    flag: bool,
    tiny: i8,
    number: i32,
    wide: i64,
    byte: u8,
    unsigned: u32,
    huge: u64,
    single: f32,
    double: f64,
    maybe: Option<i64>,
    list: Vec<i64>,
    singles: Vec<f32>,
    doubles: Vec<f64>,
    flags: Vec<bool>,
    colours: Vec<Colour>,
    #[rpc(tag = 2000)]
    colour: Colour,
}

#[derive(Message, Clone, Debug)]
#[rpc(crate = polyrpc_core)]
struct Texts {
    text: String,
    letter: char,
    raw: Vec<u8>,
    id: Uuid,
    maybe: Option<String>,
    texts: Vec<String>,
    raws: Vec<Vec<u8>>,
    by_name: BTreeMap<String, i64>,
    by_number: BTreeMap<i32, Item>,
    by_flag: BTreeMap<bool, Option<String>>,
}

#[derive(Message, Clone, Debug)]
#[rpc(crate = polyrpc_core)]
struct Parts {
    at: SystemTime,
    took: Duration,
    any: Value,
    item: Item,
    items: Vec<Item>,
    choice: Choice,
    choices: Vec<Choice>,
    pair: (i32, String),
    lists: Vec<Vec<i32>>,
    options: Vec<Option<String>>,
    maybe_list: Option<Vec<i32>>,
    unit: (),
    units: Vec<()>,
    times: Vec<SystemTime>,
    inner: Option<Box<Parts>>,
}

/// The same as prost has them.
mod theirs {
    use std::collections::BTreeMap;

    use prost::{Enumeration, Message, Oneof};

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Enumeration)]
    #[repr(i32)]
    pub(super) enum Colour {
        Red = 0,
        Green = 1,
        Other = -7,
    }

    #[derive(Clone, PartialEq, Message)]
    pub(super) struct Item {
        #[prost(string, tag = "1")]
        pub(super) sku: String,
        #[prost(string, optional, tag = "2")]
        pub(super) note: Option<String>,
    }

    #[derive(Clone, PartialEq, Message)]
    pub(super) struct List {
        #[prost(int32, repeated, tag = "1")]
        pub(super) value: Vec<i32>,
    }

    #[derive(Clone, PartialEq, Message)]
    pub(super) struct Maybe {
        #[prost(string, optional, tag = "1")]
        pub(super) value: Option<String>,
    }

    #[derive(Clone, PartialEq, Message)]
    pub(super) struct Named {
        #[prost(double, tag = "1")]
        pub(super) value: f64,
        #[prost(message, repeated, tag = "2")]
        pub(super) all: Vec<Item>,
    }

    #[derive(Clone, PartialEq, Message)]
    pub(super) struct Pair {
        #[prost(int32, tag = "1")]
        pub(super) f0: i32,
        #[prost(bool, optional, tag = "2")]
        pub(super) f1: Option<bool>,
    }

    #[derive(Clone, PartialEq, Message)]
    pub(super) struct Choice {
        #[prost(oneof = "Kind", tags = "1, 2, 3, 4, 5, 6, 7, 8, 9")]
        pub(super) kind: Option<Kind>,
    }

    #[derive(Clone, PartialEq, Oneof)]
    pub(super) enum Kind {
        #[prost(int32, tag = "1")]
        Number(i32),
        #[prost(string, tag = "2")]
        Text(String),
        #[prost(message, tag = "3")]
        List(List),
        #[prost(message, tag = "4")]
        Maybe(Maybe),
        #[prost(message, tag = "5")]
        Item(Item),
        #[prost(message, tag = "6")]
        Named(Named),
        #[prost(message, tag = "7")]
        Pair(Pair),
        #[prost(message, tag = "8")]
        At(prost_types::Timestamp),
        #[prost(message, tag = "9")]
        Nothing(()),
    }

    #[derive(Clone, PartialEq, Message)]
    pub(super) struct Numbers {
        #[prost(bool, tag = "1")]
        pub(super) flag: bool,
        #[prost(int32, tag = "2")]
        pub(super) tiny: i32,
        #[prost(int32, tag = "3")]
        pub(super) number: i32,
        #[prost(int64, tag = "4")]
        pub(super) wide: i64,
        #[prost(uint32, tag = "5")]
        pub(super) byte: u32,
        #[prost(uint32, tag = "6")]
        pub(super) unsigned: u32,
        #[prost(uint64, tag = "7")]
        pub(super) huge: u64,
        #[prost(float, tag = "8")]
        pub(super) single: f32,
        #[prost(double, tag = "9")]
        pub(super) double: f64,
        #[prost(int64, optional, tag = "10")]
        pub(super) maybe: Option<i64>,
        #[prost(int64, repeated, tag = "11")]
        pub(super) list: Vec<i64>,
        #[prost(float, repeated, tag = "12")]
        pub(super) singles: Vec<f32>,
        #[prost(double, repeated, tag = "13")]
        pub(super) doubles: Vec<f64>,
        #[prost(bool, repeated, tag = "14")]
        pub(super) flags: Vec<bool>,
        #[prost(enumeration = "Colour", repeated, tag = "15")]
        pub(super) colours: Vec<i32>,
        #[prost(enumeration = "Colour", tag = "2000")]
        pub(super) colour: i32,
    }

    #[derive(Clone, PartialEq, Message)]
    pub(super) struct Texts {
        #[prost(string, tag = "1")]
        pub(super) text: String,
        #[prost(string, tag = "2")]
        pub(super) letter: String,
        #[prost(bytes = "vec", tag = "3")]
        pub(super) raw: Vec<u8>,
        #[prost(string, tag = "4")]
        pub(super) id: String,
        #[prost(string, optional, tag = "5")]
        pub(super) maybe: Option<String>,
        #[prost(string, repeated, tag = "6")]
        pub(super) texts: Vec<String>,
        #[prost(bytes = "vec", repeated, tag = "7")]
        pub(super) raws: Vec<Vec<u8>>,
        #[prost(btree_map = "string, int64", tag = "8")]
        pub(super) by_name: BTreeMap<String, i64>,
        #[prost(btree_map = "int32, message", tag = "9")]
        pub(super) by_number: BTreeMap<i32, Item>,
        #[prost(btree_map = "bool, message", tag = "10")]
        pub(super) by_flag: BTreeMap<bool, Maybe>,
    }

    #[derive(Clone, PartialEq, Message)]
    pub(super) struct Two {
        #[prost(int32, tag = "1")]
        pub(super) f0: i32,
        #[prost(string, tag = "2")]
        pub(super) f1: String,
    }

    #[derive(Clone, PartialEq, Message)]
    pub(super) struct Parts {
        #[prost(message, optional, tag = "1")]
        pub(super) at: Option<prost_types::Timestamp>,
        #[prost(message, optional, tag = "2")]
        pub(super) took: Option<prost_types::Duration>,
        #[prost(message, optional, tag = "3")]
        pub(super) any: Option<prost_types::Value>,
        #[prost(message, optional, tag = "4")]
        pub(super) item: Option<Item>,
        #[prost(message, repeated, tag = "5")]
        pub(super) items: Vec<Item>,
        #[prost(message, optional, tag = "6")]
        pub(super) choice: Option<Choice>,
        #[prost(message, repeated, tag = "7")]
        pub(super) choices: Vec<Choice>,
        #[prost(message, optional, tag = "8")]
        pub(super) pair: Option<Two>,
        #[prost(message, repeated, tag = "9")]
        pub(super) lists: Vec<List>,
        #[prost(message, repeated, tag = "10")]
        pub(super) options: Vec<Maybe>,
        #[prost(message, optional, tag = "11")]
        pub(super) maybe_list: Option<List>,
        #[prost(message, optional, tag = "12")]
        pub(super) unit: Option<()>,
        #[prost(message, repeated, tag = "13")]
        pub(super) units: Vec<()>,
        #[prost(message, repeated, tag = "14")]
        pub(super) times: Vec<prost_types::Timestamp>,
        #[prost(message, optional, boxed, tag = "15")]
        pub(super) inner: Option<Box<Parts>>,
    }
}

/// The same value in prost's types.
trait Theirs {
    type Type;

    fn theirs(&self) -> Self::Type;
}

impl<T: Theirs> Theirs for Vec<T> {
    type Type = Vec<T::Type>;

    fn theirs(&self) -> Self::Type {
        self.iter().map(T::theirs).collect()
    }
}

impl Theirs for Item {
    type Type = theirs::Item;

    fn theirs(&self) -> theirs::Item {
        theirs::Item { sku: self.sku.clone(), note: self.note.clone() }
    }
}

impl Theirs for Option<String> {
    type Type = theirs::Maybe;

    fn theirs(&self) -> theirs::Maybe {
        theirs::Maybe { value: self.clone() }
    }
}

fn list(value: &[i32]) -> theirs::List {
    theirs::List { value: value.to_vec() }
}

/// By prost's own conversion.
impl Theirs for SystemTime {
    type Type = prost_types::Timestamp;

    fn theirs(&self) -> prost_types::Timestamp {
        (*self).into()
    }
}

impl Theirs for Value {
    type Type = prost_types::Value;

    fn theirs(&self) -> prost_types::Value {
        use prost_types::value::Kind;
        let kind = match self {
            Value::Null => Kind::NullValue(0),
            Value::Bool(value) => Kind::BoolValue(*value),
            Value::Number(number) => Kind::NumberValue(number.as_f64().unwrap()),
            Value::String(text) => Kind::StringValue(text.clone()),
            Value::Array(items) => Kind::ListValue(prost_types::ListValue { values: items.theirs() }),
            Value::Object(members) => {
                let fields = members.iter().map(|(name, value)| (name.clone(), value.theirs())).collect();
                Kind::StructValue(prost_types::Struct { fields })
            }
        };
        prost_types::Value { kind: Some(kind) }
    }
}

impl Theirs for Choice {
    type Type = theirs::Choice;

    fn theirs(&self) -> theirs::Choice {
        use theirs::Kind;
        let kind = match self {
            Choice::Number(number) => Kind::Number(*number),
            Choice::Text(text) => Kind::Text(text.clone()),
            Choice::List(items) => Kind::List(list(items)),
            Choice::Maybe(maybe) => Kind::Maybe(maybe.theirs()),
            Choice::Item(item) => Kind::Item(item.theirs()),
            Choice::Named { value, all } => Kind::Named(theirs::Named { value: *value, all: all.theirs() }),
            Choice::Pair(f0, f1) => Kind::Pair(theirs::Pair { f0: *f0, f1: *f1 }),
            Choice::At(time) => Kind::At(time.theirs()),
            Choice::Nothing => Kind::Nothing(()),
        };
        theirs::Choice { kind: Some(kind) }
    }
}

impl Theirs for Numbers {
    type Type = theirs::Numbers;

    fn theirs(&self) -> theirs::Numbers {
        let colour = |colour: &Colour| match colour {
            Colour::Red => theirs::Colour::Red as i32,
            Colour::Green => theirs::Colour::Green as i32,
            Colour::Other => theirs::Colour::Other as i32,
        };
        theirs::Numbers {
            flag: self.flag,
            tiny: self.tiny.into(),
            number: self.number,
            wide: self.wide,
            byte: self.byte.into(),
            unsigned: self.unsigned,
            huge: self.huge,
            single: self.single,
            double: self.double,
            maybe: self.maybe,
            list: self.list.clone(),
            singles: self.singles.clone(),
            doubles: self.doubles.clone(),
            flags: self.flags.clone(),
            colours: self.colours.iter().map(colour).collect(),
            colour: colour(&self.colour),
        }
    }
}

impl Theirs for Texts {
    type Type = theirs::Texts;

    fn theirs(&self) -> theirs::Texts {
        theirs::Texts {
            text: self.text.clone(),
            // both absent and empty are '\0'
            letter: if self.letter == '\0' { String::new() } else { self.letter.to_string() },
            raw: self.raw.clone(),
            id: self.id.to_string(),
            maybe: self.maybe.clone(),
            texts: self.texts.clone(),
            raws: self.raws.clone(),
            by_name: self.by_name.clone(),
            by_number: self.by_number.iter().map(|(key, item)| (*key, item.theirs())).collect(),
            by_flag: self.by_flag.iter().map(|(key, maybe)| (*key, maybe.theirs())).collect(),
        }
    }
}

impl Theirs for Parts {
    type Type = theirs::Parts;

    fn theirs(&self) -> theirs::Parts {
        theirs::Parts {
            at: Some(self.at.theirs()),
            took: Some(self.took.try_into().unwrap()),
            any: Some(self.any.theirs()),
            item: Some(self.item.theirs()),
            items: self.items.theirs(),
            choice: Some(self.choice.theirs()),
            choices: self.choices.theirs(),
            pair: Some(theirs::Two { f0: self.pair.0, f1: self.pair.1.clone() }),
            lists: self.lists.iter().map(|items| list(items)).collect(),
            options: self.options.theirs(),
            maybe_list: self.maybe_list.as_deref().map(list),
            unit: None,
            units: self.units.clone(),
            times: self.times.theirs(),
            inner: self.inner.as_ref().map(|inner| Box::new(inner.theirs())),
        }
    }
}

/// Any value of a row that proto carries, as it comes back: what it refuses has its own tests.
fn sent<T: Row>() -> impl Strategy<Value = T> {
    T::any().prop_filter_map("refused in proto", |value| value.over_proto())
}

fn items() -> impl Strategy<Value = Item> {
    (texts(), of(texts())).prop_map(|(sku, note)| Item { sku, note })
}

fn choices() -> impl Strategy<Value = Choice> {
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

fn numbers() -> impl Strategy<Value = Numbers> {
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

fn all_texts() -> impl Strategy<Value = Texts> {
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

fn parts() -> impl Strategy<Value = Parts> {
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

/// Asserts that prost reads what we write, and we what prost writes.
fn agree<T>(ours: &T) -> Result<(), TestCaseError>
where
    T: Theirs<Type: prost::Message + Default + std::fmt::Debug>,
    T: polyrpc_core::codec::Encode + for<'de> polyrpc_core::codec::Decode<'de> + std::fmt::Debug,
{
    let theirs = ours.theirs();
    let read = T::Type::decode(&*encode(Codec::Proto, ours).unwrap()).unwrap();
    prop_assert_eq!(format!("{:?}", read), format!("{:?}", theirs));
    // by prost's bytes, for it leaves out a field that is -0.0
    let read: T = Codec::Proto.decode_value(&theirs.encode_to_vec()).unwrap();
    prop_assert_eq!(read.theirs().encode_to_vec(), theirs.encode_to_vec());
    Ok(())
}

proptest! {
    #[test]
    fn numbers_are_prosts(numbers in numbers()) {
        agree(&numbers)?;
    }

    #[test]
    fn texts_are_prosts(texts in all_texts()) {
        agree(&texts)?;
    }

    #[test]
    fn parts_are_prosts(parts in parts()) {
        agree(&parts)?;
    }

    #[test]
    fn enums_are_prosts(choice in choices()) {
        agree(&choice)?;
    }
}
