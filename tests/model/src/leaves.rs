//! Rows of the type table that are types of their own.

use std::collections::BTreeMap;
use std::time::SystemTime;

use polyrpc_macros::Message;

/// A unit enum.
#[derive(Message, Clone, Copy, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
pub enum Colour {
    Red,
    Green,
    Other = -7,
}

/// A newtype.
#[derive(Message, Clone, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
pub struct Amount(pub u64);

/// A data enum, of variants of every kind.
#[derive(Message, Clone, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
pub enum Shape {
    Circle { radius: f64, of: Option<String> },
    Label(String),
    Pair(i32, Option<bool>),
    At(Option<SystemTime>),
    Group(Vec<Shape>),
    Tree(Box<Tree>),
    Nothing,
}

/// A struct that contains itself.
#[derive(Message, Clone, Debug, PartialEq, Default)]
#[rpc(crate = polyrpc_core)]
pub struct Tree {
    pub name: String,
    pub left: Option<Box<Tree>>,
    pub all: BTreeMap<i32, Tree>,
    pub shapes: Vec<Shape>,
}

/// What knows serde alone.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Foreign {
    pub id: u64,
    pub bytes: Option<Vec<u8>>,
    pub text: String,
}
