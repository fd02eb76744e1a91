//! [`Rich`](crate::rich::Rich) as prost has it: the same bytes, read by other code.

use std::collections::BTreeMap;

#[derive(Clone, PartialEq, prost::Message)]
pub struct Rich {
    #[prost(bool, tag = "1")]
    pub flag: bool,
    #[prost(int32, tag = "2")]
    pub tiny: i32,
    #[prost(int32, tag = "3")]
    pub short: i32,
    #[prost(int32, tag = "4")]
    pub int: i32,
    #[prost(int64, tag = "5")]
    pub long: i64,
    #[prost(uint32, tag = "6")]
    pub byte: u32,
    #[prost(uint32, tag = "7")]
    pub word: u32,
    #[prost(uint32, tag = "8")]
    pub uint: u32,
    #[prost(uint64, tag = "9")]
    pub ulong: u64,
    #[prost(float, tag = "10")]
    pub single: f32,
    #[prost(double, tag = "11")]
    pub double: f64,
    #[prost(string, tag = "12")]
    pub text: String,
    #[prost(string, optional, tag = "13")]
    pub letter: Option<String>,
    #[prost(bytes = "vec", tag = "14")]
    pub raw: Vec<u8>,
    #[prost(string, optional, tag = "15")]
    pub note: Option<String>,
    #[prost(message, optional, boxed, tag = "16")]
    pub inner: Option<Box<Rich>>,
    #[prost(int32, repeated, tag = "17")]
    pub numbers: Vec<i32>,
    #[prost(string, repeated, tag = "18")]
    pub texts: Vec<String>,
    #[prost(uint32, repeated, tag = "19")]
    pub set: Vec<u32>,
    #[prost(double, repeated, tag = "20")]
    pub doubles: Vec<f64>,
    #[prost(message, repeated, tag = "21")]
    pub matrix: Vec<Row>,
    #[prost(btree_map = "string, message", tag = "22")]
    pub by_name: BTreeMap<String, Item>,
    #[prost(btree_map = "int32, bytes", tag = "23")]
    pub by_number: BTreeMap<i32, Vec<u8>>,
    #[prost(btree_map = "bool, message", tag = "24")]
    pub by_flag: BTreeMap<bool, Texts>,
    #[prost(enumeration = "Colour", tag = "25")]
    pub colour: i32,
    #[prost(enumeration = "Colour", repeated, tag = "26")]
    pub colours: Vec<i32>,
    #[prost(message, optional, tag = "27")]
    pub shape: Option<Shape>,
    #[prost(message, repeated, tag = "28")]
    pub shapes: Vec<Shape>,
    #[prost(uint64, tag = "29")]
    pub id: u64,
    #[prost(message, optional, tag = "30")]
    pub pair: Option<Words>,
    #[prost(message, repeated, tag = "31")]
    pub options: Vec<Flag>,
    #[prost(message, optional, tag = "32")]
    pub nothing: Option<Empty>,
    #[prost(message, optional, tag = "33")]
    pub item: Option<Item>,
    #[prost(message, repeated, tag = "34")]
    pub items: Vec<Item>,
    #[prost(string, optional, tag = "35")]
    pub uuid: Option<String>,
    #[prost(message, optional, tag = "36")]
    pub at: Option<Seconds>,
    #[prost(message, optional, tag = "37")]
    pub took: Option<Seconds>,
    #[prost(message, optional, tag = "38")]
    pub tuple: Option<Tuple>,
    #[prost(message, repeated, tag = "39")]
    pub values: Vec<Value>,
    #[prost(btree_map = "uint32, message", tag = "40")]
    pub waits: BTreeMap<u32, Seconds>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Item {
    #[prost(string, tag = "1")]
    pub sku: String,
    #[prost(uint32, tag = "2")]
    pub qty: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum Colour {
    Red = 0,
    Green = 1,
    Blue = 2,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Shape {
    #[prost(oneof = "Kind", tags = "1, 2, 3, 4, 5, 6")]
    pub kind: Option<Kind>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Kind {
    #[prost(message, tag = "1")]
    Circle(Circle),
    #[prost(string, tag = "2")]
    Label(String),
    #[prost(message, tag = "3")]
    Pair(Pair),
    #[prost(message, tag = "4")]
    Tags(Texts),
    #[prost(message, tag = "5")]
    Inside(Box<Shape>),
    #[prost(message, tag = "6")]
    Nothing(Empty),
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Circle {
    #[prost(double, tag = "1")]
    pub radius: f64,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Pair {
    #[prost(int32, tag = "1")]
    pub f0: i32,
    #[prost(bool, optional, tag = "2")]
    pub f1: Option<bool>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Texts {
    #[prost(string, repeated, tag = "1")]
    pub value: Vec<String>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Row {
    #[prost(int64, repeated, tag = "1")]
    pub value: Vec<i64>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Words {
    #[prost(uint32, repeated, tag = "1")]
    pub value: Vec<u32>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Flag {
    #[prost(bool, optional, tag = "1")]
    pub value: Option<bool>,
}

#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct Empty {}

/// google.protobuf.Timestamp, and google.protobuf.Duration.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct Seconds {
    #[prost(int64, tag = "1")]
    pub seconds: i64,
    #[prost(int32, tag = "2")]
    pub nanos: i32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Tuple {
    #[prost(int32, tag = "1")]
    pub f0: i32,
    #[prost(string, tag = "2")]
    pub f1: String,
}

/// google.protobuf.Value.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Value {
    #[prost(oneof = "Any", tags = "1, 2, 3, 4, 5, 6")]
    pub kind: Option<Any>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Any {
    #[prost(int32, tag = "1")]
    Null(i32),
    #[prost(double, tag = "2")]
    Number(f64),
    #[prost(string, tag = "3")]
    String(String),
    #[prost(bool, tag = "4")]
    Bool(bool),
    #[prost(message, tag = "5")]
    Struct(Members),
    #[prost(message, tag = "6")]
    List(Values),
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Members {
    #[prost(btree_map = "string, message", tag = "1")]
    pub fields: BTreeMap<String, Value>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Values {
    #[prost(message, repeated, tag = "1")]
    pub values: Vec<Value>,
}
