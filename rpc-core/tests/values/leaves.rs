//! The rows of the type table: any value of each, and what a protocol may do to it besides bringing it back.

use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use polyrpc_core::Json;
use polyrpc_core::codec::{Decode, Encode};
use polyrpc_macros::Message;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::Value;
use uuid::Uuid;

/// A row. What comes back from a protocol is the same value, but for what is told here; None is a refusal.
pub(crate) trait Row: Encode + for<'de> Decode<'de> + Clone + std::fmt::Debug + 'static {
    fn any() -> BoxedStrategy<Self>;

    fn over_proto(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn over_json(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn over_xml(&self) -> Option<Self> {
        Some(self.clone())
    }

    /// Whether the texts write it as null, which they refuse within Some.
    fn is_nothing(&self) -> bool {
        false
    }
}

macro_rules! plain_rows {
    ($($rust:ty: $any:expr;)*) => {$(
        impl Row for $rust {
            fn any() -> BoxedStrategy<Self> {
                $any.boxed()
            }
        }
    )*};
}

plain_rows! {
    bool: any::<bool>();
    i8: any::<i8>();
    i16: any::<i16>();
    i32: integers(i32::MIN, i32::MAX);
    i64: integers(i64::MIN, i64::MAX);
    u8: any::<u8>();
    u16: any::<u16>();
    u32: integers(0, u32::MAX);
    Uuid: any::<u128>().prop_map(Uuid::from_u128);
    Vec<u8>: vec(any::<u8>(), 0..9);
    Bytes: vec(any::<u8>(), 0..9).prop_map(Bytes::from);
    [u8; 3]: any::<[u8; 3]>();
    IpAddr: any::<IpAddr>();
    Colour: prop_oneof![Just(Colour::Red), Just(Colour::Green), Just(Colour::Other)];
}

/// Of all sizes, and the edges more often than chance has them.
fn integers<T>(min: T, max: T) -> impl Strategy<Value = T>
where
    T: Arbitrary + Copy + TryFrom<i32, Error: std::fmt::Debug>,
{
    let small = (0..300_i32).prop_map(|value| T::try_from(value).unwrap());
    prop_oneof![2 => any::<T>(), 2 => small, 1 => Just(min), 1 => Just(max)]
}

impl Row for u64 {
    fn any() -> BoxedStrategy<u64> {
        prop_oneof![integers(0, u64::MAX), Just(i64::MAX as u64), Just(i64::MAX as u64 + 1)].boxed()
    }

    fn over_xml(&self) -> Option<u64> {
        i64::try_from(*self).is_ok().then_some(*self)
    }
}

macro_rules! floats {
    ($($rust:ident)*) => {$(
        impl Row for $rust {
            fn any() -> BoxedStrategy<$rust> {
                let odd = [$rust::NAN, $rust::INFINITY, $rust::NEG_INFINITY, -0.0, $rust::MIN_POSITIVE / 3.0, $rust::MAX];
                prop_oneof![4 => any::<u64>().prop_map(|bits| $rust::from_bits(bits as _)), 1 => -9.0..9.0 as $rust, 2 => prop::sample::select(odd.to_vec())].boxed()
            }

            fn over_xml(&self) -> Option<$rust> {
                self.is_finite().then_some(*self)
            }
        }
    )*};
}

floats!(f32 f64);

fn chars() -> impl Strategy<Value = char> {
    let odd = [
        '\0',
        '\t',
        '\n',
        '\r',
        '\x1f',
        '\x7f',
        '<',
        '&',
        '>',
        ']',
        '"',
        '\u{fffe}',
        '\u{ffff}',
        '\u{10ffff}',
    ];
    prop_oneof![2 => any::<char>(), 4 => proptest::char::range('a', 'z'), 1 => prop::sample::select(odd.to_vec())]
}

pub(crate) fn texts() -> impl Strategy<Value = String> {
    vec(chars(), 0..6).prop_map(String::from_iter)
}

pub(crate) fn in_xml(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..))
}

impl Row for String {
    fn any() -> BoxedStrategy<String> {
        texts().boxed()
    }

    fn over_xml(&self) -> Option<String> {
        in_xml(self).then(|| self.clone())
    }
}

impl Row for char {
    fn any() -> BoxedStrategy<char> {
        chars().boxed()
    }

    fn over_xml(&self) -> Option<char> {
        in_xml(&self.to_string()).then_some(*self)
    }
}

impl Row for SystemTime {
    fn any() -> BoxedStrategy<SystemTime> {
        let nanos = prop_oneof![Just(0), Just(500_000_000), 0..1_000_000_000_u64];
        let seconds = prop_oneof![
            -62_135_596_900..-62_135_596_700_i64,
            -9..9_i64,
            253_402_300_000..253_402_300_900_i64
        ];
        (seconds, nanos).prop_map(|(seconds, nanos)| second(seconds) + Duration::from_nanos(nanos)).boxed()
    }

    fn over_proto(&self) -> Option<SystemTime> {
        (second(-62_135_596_800)..second(253_402_300_800)).contains(self).then_some(*self)
    }

    fn over_json(&self) -> Option<SystemTime> {
        self.over_proto()
    }

    fn over_xml(&self) -> Option<SystemTime> {
        let time = self.over_proto()?;
        let cut = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => second(after.as_secs() as i64),
            Err(before) => match before.duration() {
                before if before.subsec_nanos() == 0 => time,
                before => second(-(before.as_secs() as i64) - 1),
            },
        };
        Some(cut)
    }
}

fn second(seconds: i64) -> SystemTime {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { UNIX_EPOCH - whole } else { UNIX_EPOCH + whole }
}

impl Row for Duration {
    fn any() -> BoxedStrategy<Duration> {
        let seconds = prop_oneof![0..9_u64, 315_575_999_999..=315_576_000_001_u64, Just(u64::MAX)];
        (seconds, prop_oneof![Just(0), 0..1_000_000_000_u32]).prop_map(|(s, n)| Duration::new(s, n)).boxed()
    }

    fn over_proto(&self) -> Option<Duration> {
        (*self <= Duration::from_secs(315_576_000_000)).then_some(*self)
    }

    fn over_json(&self) -> Option<Duration> {
        self.over_proto()
    }

    fn over_xml(&self) -> Option<Duration> {
        self.over_proto()
    }
}

impl Row for () {
    fn any() -> BoxedStrategy<()> {
        Just(()).boxed()
    }

    fn is_nothing(&self) -> bool {
        true
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        i64::any().prop_map(Value::from),
        u64::any().prop_map(Value::from),
        f64::any().prop_filter_map("JSON has neither NaN nor infinities", |value| {
            serde_json::Number::from_f64(value).map(Value::Number)
        }),
        (-9..9_i8).prop_map(|value| Value::from(f64::from(value))),
        texts().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(texts(), inner, 0..4).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// The same JSON, its numbers and texts changed or refused.
fn rebuild(
    value: &Value,
    number: &dyn Fn(&serde_json::Number) -> Option<Value>,
    text: &dyn Fn(&str) -> bool,
) -> Option<Value> {
    match value {
        Value::Number(found) => number(found),
        Value::String(found) => text(found).then(|| value.clone()),
        Value::Array(items) => items.iter().map(|item| rebuild(item, number, text)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| Some((text(name).then(|| name.clone())?, rebuild(value, number, text)?)))
            .collect(),
        _ => Some(value.clone()),
    }
}

impl Row for Value {
    fn any() -> BoxedStrategy<Value> {
        any_json().boxed()
    }

    fn over_proto(&self) -> Option<Value> {
        let edge = 1_i64 << 53;
        let number = |number: &serde_json::Number| match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => (-edge..=edge).contains(&integer).then(|| integer.into()),
            (None, _) if number.is_u64() => None,
            (None, Some(double)) => match double as i64 {
                integer if integer as f64 == double && (-edge..=edge).contains(&integer) => {
                    Some(if double.to_bits() == (-0.0_f64).to_bits() {
                        double.into()
                    } else {
                        integer.into()
                    })
                }
                _ => Some(double.into()),
            },
            (None, None) => None,
        };
        rebuild(self, &number, &|_| true)
    }

    fn over_xml(&self) -> Option<Value> {
        let number = |number: &serde_json::Number| {
            (number.is_i64() || number.is_f64()).then(|| Value::Number(number.clone()))
        };
        rebuild(self, &number, &in_xml)
    }

    fn is_nothing(&self) -> bool {
        self.is_null()
    }
}

/// What knows serde alone.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Foreign {
    id: u64,
    bytes: Option<Vec<u8>>,
    text: String,
}

impl Row for Json<Foreign> {
    fn any() -> BoxedStrategy<Self> {
        (u64::any(), proptest::option::of(vec(any::<u8>(), 0..3)), texts())
            .prop_map(|(id, bytes, text)| Json(Foreign { id, bytes, text }))
            .boxed()
    }

    fn over_proto(&self) -> Option<Self> {
        (self.0.id <= 1 << 53).then(|| self.clone())
    }

    fn over_xml(&self) -> Option<Self> {
        (self.0.id.over_xml().is_some() && in_xml(&self.0.text)).then(|| self.clone())
    }
}

#[derive(Message, Clone, Copy, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
pub(crate) enum Colour {
    Red,
    Green,
    Other = -7,
}

/// A value of a kind of its own: what is refused in a part is refused in the whole.
#[derive(Message, Clone, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
pub(crate) struct Amount(u64);

impl Row for Amount {
    fn any() -> BoxedStrategy<Amount> {
        u64::any().prop_map(Amount).boxed()
    }

    fn over_xml(&self) -> Option<Amount> {
        self.0.over_xml().map(Amount)
    }
}

#[derive(Message, Clone, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
pub(crate) enum Shape {
    Circle { radius: f64, of: Option<String> },
    Label(String),
    Pair(i32, Option<bool>),
    At(Option<SystemTime>),
    Group(Vec<Shape>),
    Tree(Box<Tree>),
    Nothing,
}

#[derive(Message, Clone, Debug, PartialEq, Default)]
#[rpc(crate = polyrpc_core)]
pub(crate) struct Tree {
    name: String,
    left: Option<Box<Tree>>,
    all: std::collections::BTreeMap<i32, Tree>,
    shapes: Vec<Shape>,
}

fn shapes() -> BoxedStrategy<Shape> {
    let leaf = prop_oneof![
        (f64::any(), proptest::option::of(texts())).prop_map(|(radius, of)| Shape::Circle { radius, of }),
        texts().prop_map(Shape::Label),
        any::<(i32, Option<bool>)>().prop_map(|(a, b)| Shape::Pair(a, b)),
        proptest::option::of(SystemTime::any()).prop_map(Shape::At),
        Just(Shape::Nothing),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        let tree = (texts(), vec(inner.clone(), 0..3), any::<i32>()).prop_map(|(name, shapes, key)| Tree {
            left: Some(Box::new(Tree { name: name.clone(), ..Tree::default() })),
            all: [(key, Tree { shapes: shapes.clone(), ..Tree::default() })].into(),
            name,
            shapes,
        });
        prop_oneof![
            vec(inner, 0..3).prop_map(Shape::Group),
            tree.prop_map(|tree| Shape::Tree(Box::new(tree)))
        ]
    })
    .boxed()
}

impl Shape {
    /// The same shape, of parts that are changed or refused.
    fn rebuild(&self, part: Parts) -> Option<Shape> {
        Some(match self {
            Shape::Circle { radius, of } => Shape::Circle {
                radius: (part.number)(radius)?,
                of: match of {
                    Some(of) => Some((part.text)(of)?),
                    None => None,
                },
            },
            Shape::Label(text) => Shape::Label((part.text)(text)?),
            Shape::At(Some(time)) => Shape::At(Some((part.time)(time)?)),
            Shape::Group(shapes) => {
                Shape::Group(shapes.iter().map(|shape| shape.rebuild(part)).collect::<Option<_>>()?)
            }
            Shape::Tree(tree) => Shape::Tree(Box::new(tree.rebuild(part)?)),
            other => other.clone(),
        })
    }
}

impl Tree {
    fn rebuild(&self, part: Parts) -> Option<Tree> {
        Some(Tree {
            name: (part.text)(&self.name)?,
            left: match &self.left {
                Some(left) => Some(Box::new(left.rebuild(part)?)),
                None => None,
            },
            all: self
                .all
                .iter()
                .map(|(key, tree)| Some((*key, tree.rebuild(part)?)))
                .collect::<Option<_>>()?,
            shapes: self.shapes.iter().map(|shape| shape.rebuild(part)).collect::<Option<_>>()?,
        })
    }
}

#[derive(Clone, Copy)]
struct Parts {
    number: fn(&f64) -> Option<f64>,
    text: fn(&String) -> Option<String>,
    time: fn(&SystemTime) -> Option<SystemTime>,
}

impl Row for Shape {
    fn any() -> BoxedStrategy<Shape> {
        shapes()
    }

    fn over_proto(&self) -> Option<Shape> {
        self.rebuild(Parts { number: Row::over_proto, text: Row::over_proto, time: Row::over_proto })
    }

    fn over_json(&self) -> Option<Shape> {
        self.rebuild(Parts { number: Row::over_json, text: Row::over_json, time: Row::over_json })
    }

    fn over_xml(&self) -> Option<Shape> {
        self.rebuild(Parts { number: Row::over_xml, text: Row::over_xml, time: Row::over_xml })
    }
}
