//! Two integers, as each library's users would write them.

use dxr::{TryFromValue, TryToValue};
use polyrpc::Message;
use serde::{Deserialize, Serialize};

/// Ours.
#[derive(Message, Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ours {
    pub(crate) a: i64,
    pub(crate) b: i64,
}

/// serde's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Json {
    pub(crate) a: i64,
    pub(crate) b: i64,
}

/// dxr's.
#[derive(Clone, Copy, Debug, PartialEq, TryFromValue, TryToValue)]
pub(crate) struct Xml {
    pub(crate) a: i32,
    pub(crate) b: i32,
}
