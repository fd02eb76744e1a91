//! The messages of the echo service.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use polyrpc::{Message, RpcError, Status};

/// A colour.
#[derive(Message, Clone, Copy, Debug)]
pub(crate) enum Colour {
    Red,
    Green,
    Blue,
}

/// A shape, or a text in its place.
#[derive(Message, Clone, Debug)]
pub(crate) enum Shape {
    /// A circle.
    Circle { radius: f64 },
    /// A rectangle.
    Rectangle { width: f64, height: f64 },
    /// A text.
    Label(String),
    /// Nothing at all.
    Nothing,
}

/// A message that holds most of what there is, itself among it.
#[derive(Message, Clone, Debug)]
pub(crate) struct Nested {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) tags: Vec<String>,
    pub(crate) inner: Option<Box<Nested>>,
    pub(crate) blobs: BTreeMap<String, Vec<u8>>,
    pub(crate) at: SystemTime,
    pub(crate) took: Duration,
}

/// Why an echo failed.
#[derive(Debug, RpcError)]
pub(crate) enum EchoError {
    /// Nothing has that id.
    #[rpc(NotFound, "nothing has the id {id}")]
    Typed { id: u64 },
    /// Whatever else there is.
    #[rpc(status)]
    Status(Status),
}
