//! What the examples of `docs/protocols/` send.

use polyrpc_core::Status;
use polyrpc_macros::{Message, RpcError};

#[derive(Message, Clone, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
pub struct Item {
    pub sku: String,
    pub qty: u32,
}

#[derive(Message, Clone, Debug, PartialEq)]
#[rpc(crate = polyrpc_core)]
pub struct Order {
    pub id: u64,
    pub items: Vec<Item>,
    pub note: Option<String>,
}

#[derive(RpcError, Debug)]
#[rpc(crate = polyrpc_core)]
pub enum OrderError {
    #[rpc(NotFound, "no order {id}")]
    NoSuchOrder { id: u64 },
    #[rpc(status)]
    Rpc(Status),
}

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
pub struct Note {
    pub text: Option<String>,
}

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
pub struct OrderId(pub u64);

#[derive(Message, Clone, Copy)]
#[rpc(crate = polyrpc_core)]
pub enum Colour {
    Red,
    Green,
}

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
pub enum Shape {
    Circle { radius: f64 },
    Label(String),
    Nothing,
    Pair(i32, i32),
}
