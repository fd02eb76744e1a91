//! Messages of many rows beside each other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, SystemTime};

use polyrpc_macros::Message;
use serde_json::Value;
use uuid::Uuid;

use crate::Colour;

#[derive(Message, Clone, Debug)]
#[rpc(crate = polyrpc_core)]
pub struct Item {
    pub sku: String,
    pub note: Option<String>,
}

#[derive(Message, Clone, Debug)]
#[rpc(crate = polyrpc_core)]
pub enum Choice {
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
pub struct Numbers {
    pub flag: bool,
    pub tiny: i8,
    pub number: i32,
    pub wide: i64,
    pub byte: u8,
    pub unsigned: u32,
    pub huge: u64,
    pub single: f32,
    pub double: f64,
    pub maybe: Option<i64>,
    pub list: Vec<i64>,
    pub singles: Vec<f32>,
    pub doubles: Vec<f64>,
    pub flags: Vec<bool>,
    pub colours: Vec<Colour>,
    /// A number of two bytes.
    #[rpc(tag = 2000)]
    pub colour: Colour,
}

#[derive(Message, Clone, Debug)]
#[rpc(crate = polyrpc_core)]
pub struct Texts {
    pub text: String,
    pub letter: char,
    pub raw: Vec<u8>,
    pub id: Uuid,
    pub maybe: Option<String>,
    pub texts: Vec<String>,
    pub raws: Vec<Vec<u8>>,
    pub by_name: BTreeMap<String, i64>,
    pub by_number: BTreeMap<i32, Item>,
    pub by_flag: BTreeMap<bool, Option<String>>,
}

#[derive(Message, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[rpc(crate = polyrpc_core)]
pub struct Name(pub String);

#[derive(Message, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[rpc(crate = polyrpc_core)]
pub struct Number(pub u64);

/// Maps by every kind of key, and sets.
#[derive(Message, Clone, Debug)]
#[rpc(crate = polyrpc_core)]
pub struct Keys {
    pub bools: BTreeMap<bool, i32>,
    pub i8s: BTreeMap<i8, i32>,
    pub i16s: BTreeMap<i16, i32>,
    pub i32s: BTreeMap<i32, i32>,
    pub i64s: BTreeMap<i64, i32>,
    pub u8s: BTreeMap<u8, i32>,
    pub u16s: BTreeMap<u16, i32>,
    pub u32s: BTreeMap<u32, i32>,
    pub u64s: BTreeMap<u64, i32>,
    pub names: BTreeMap<Name, i32>,
    pub numbers: BTreeMap<Number, i32>,
    pub nested: BTreeMap<i64, Option<BTreeMap<u16, i32>>>,
    pub set: BTreeSet<i64>,
    pub queue: VecDeque<Option<String>>,
}

#[derive(Message, Clone, Debug)]
#[rpc(crate = polyrpc_core)]
pub struct Parts {
    pub at: SystemTime,
    pub took: Duration,
    pub any: Value,
    pub item: Item,
    pub items: Vec<Item>,
    pub choice: Choice,
    pub choices: Vec<Choice>,
    pub pair: (i32, String),
    pub lists: Vec<Vec<i32>>,
    pub options: Vec<Option<String>>,
    pub maybe_list: Option<Vec<i32>>,
    pub unit: (),
    pub units: Vec<()>,
    pub times: Vec<SystemTime>,
    pub inner: Option<Box<Parts>>,
}
