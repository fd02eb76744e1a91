//! A message with every row of the type table, nested in each other.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use polyrpc::Message;
use serde_json::Value;
use uuid::Uuid;

#[derive(Message, Clone, Debug, Default)]
#[serde(default)]
pub struct Rich {
    pub flag: bool,
    pub tiny: i8,
    pub short: i16,
    pub int: i32,
    pub long: i64,
    pub byte: u8,
    pub word: u16,
    pub uint: u32,
    pub ulong: u64,
    pub single: f32,
    pub double: f64,
    pub text: String,
    pub letter: Option<char>,
    pub raw: Vec<u8>,
    pub note: Option<String>,
    pub inner: Option<Box<Rich>>,
    pub numbers: Vec<i32>,
    pub texts: Vec<String>,
    pub set: BTreeSet<u32>,
    pub doubles: Vec<f64>,
    pub matrix: Vec<Vec<i64>>,
    pub by_name: BTreeMap<String, Item>,
    pub by_number: BTreeMap<i32, Vec<u8>>,
    pub by_flag: BTreeMap<bool, Vec<String>>,
    pub colour: Colour,
    pub colours: Vec<Colour>,
    pub shape: Option<Shape>,
    pub shapes: Vec<Shape>,
    pub id: Id,
    pub pair: Option<[u16; 2]>,
    pub options: Vec<Option<bool>>,
    pub nothing: (),
    pub item: Option<Item>,
    pub items: Vec<Item>,
    pub uuid: Option<Uuid>,
    pub at: Option<SystemTime>,
    pub took: Option<Duration>,
    pub tuple: Option<(i32, String)>,
    pub values: Vec<Value>,
    pub waits: BTreeMap<u8, Duration>,
}

#[derive(Message, Clone, Debug, Default)]
pub struct Item {
    pub sku: String,
    pub qty: u32,
}

#[derive(Message, Clone, Copy, Debug, Default)]
pub struct Id(pub u64);

#[derive(Message, Clone, Copy, Debug, Default)]
pub enum Colour {
    #[default]
    Red,
    Green,
    Blue,
}

#[derive(Message, Clone, Debug)]
pub enum Shape {
    Circle { radius: f64 },
    Label(String),
    Pair(i32, Option<bool>),
    Tags(Vec<String>),
    Inside(Box<Shape>),
    Nothing,
}
