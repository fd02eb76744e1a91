//! `#[derive(Message)]`: each shape of a type, in proto and JSON.

use polyrpc_core::codec::xml::Dialect;
use polyrpc_core::codec::{Codec, Decode, Encode};
use polyrpc_macros::Message;

#[derive(Message, Clone, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
struct Item {
    sku: String,
    qty: u32,
}

#[derive(Message, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[rpc(crate = polyrpc_core)]
struct OrderId(u64);

#[derive(Message, Clone, Copy, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
enum Colour {
    Red,
    Green,
}

#[derive(Message, Clone, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
enum Shape {
    Circle { radius: f64 },
    Label(String),
    Pair(i32, Option<bool>),
    Tags(Vec<String>),
    Nothing,
}

#[derive(Message, Clone, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
struct Nested {
    id: OrderId,
    items: Vec<Item>,
    note: Option<String>,
    inner: Option<Box<Nested>>,
    colour: Colour,
    shapes: Vec<Shape>,
    raw: Vec<u8>,
    deep: Vec<Vec<i64>>,
    by_name: std::collections::BTreeMap<OrderId2, Item>,
}

#[derive(Message, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[rpc(crate = polyrpc_core)]
struct OrderId2(u64);

fn nested() -> Nested {
    let item = |sku: &str| Item { sku: sku.into(), qty: 3 };
    let leaf = Nested {
        id: OrderId(7),
        items: vec![],
        note: None,
        inner: None,
        colour: Colour::Red,
        shapes: vec![Shape::Nothing],
        raw: vec![],
        deep: vec![],
        by_name: Default::default(),
    };
    Nested {
        id: OrderId(300),
        items: vec![item("a"), item(&"b".repeat(200))],
        note: Some(String::new()),
        inner: Some(Box::new(leaf)),
        colour: Colour::Green,
        shapes: vec![
            Shape::Circle { radius: 1.5 },
            Shape::Label("x".into()),
            Shape::Pair(-1, Some(false)),
            Shape::Pair(5, None),
            Shape::Tags(vec!["t".into()]),
        ],
        raw: vec![0, 255, 7],
        deep: vec![vec![1, -1], vec![]],
        by_name: [(OrderId2(1), item("one"))].into(),
    }
}

fn round_trip<T>(value: &T, codec: Codec) -> Vec<u8>
where
    T: Encode + for<'de> Decode<'de> + PartialEq + std::fmt::Debug,
{
    let mut out = Vec::new();
    codec.encode_value(value, &mut out).unwrap();
    assert_eq!(&codec.decode_value::<T>(&out).unwrap(), value);
    out
}

#[test]
fn everything_comes_back() {
    round_trip(&nested(), Codec::Proto);
    let json = String::from_utf8(round_trip(&nested(), Codec::Json)).unwrap();
    assert_eq!(
        json,
        format!(
            r#"{{"id":300,"items":[{{"sku":"a","qty":3}},{{"sku":"{}","qty":3}}],"note":"","inner":{{"id":7,"items":[],"colour":"Red","shapes":["Nothing"],"raw":"","deep":[],"by_name":{{}}}},"colour":"Green","shapes":[{{"Circle":{{"radius":1.5}}}},{{"Label":"x"}},{{"Pair":[-1,false]}},{{"Pair":[5,null]}},{{"Tags":["t"]}}],"raw":"AP8H","deep":[[1,-1],[]],"by_name":{{"1":{{"sku":"one","qty":3}}}}}}"#,
            "b".repeat(200)
        )
    );
}

/// Read from a number, and only from an even one.
#[derive(Message, Clone, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
#[serde(try_from = "u64", into = "u64")]
struct Even(u64);

impl TryFrom<u64> for Even {
    type Error = String;

    fn try_from(value: u64) -> Result<Even, String> {
        if value.is_multiple_of(2) { Ok(Even(value)) } else { Err(format!("{value} is odd")) }
    }
}

impl From<Even> for u64 {
    fn from(even: Even) -> u64 {
        even.0
    }
}

#[derive(Message, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
struct Evens {
    all: Vec<Even>,
}

#[derive(Message, Debug)]
#[rpc(crate = polyrpc_core)]
struct Anything {
    all: Vec<u64>,
}

#[test]
fn what_is_parsed_is_valid() {
    for codec in [Codec::Proto, Codec::Json, Codec::Xml(Dialect::EXTENDED)] {
        round_trip(&Evens { all: vec![Even(2), Even(4)] }, codec);
        let mut out = Vec::new();
        codec.encode_value(&Anything { all: vec![2, 3] }, &mut out).unwrap();
        let refused = codec.decode_value::<Evens>(&out).unwrap_err().to_string();
        assert!(refused.contains("all[1]") && refused.contains("3 is odd"), "{codec:?}: {refused}");
    }
}
