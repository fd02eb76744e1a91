//! The types of jsonrpsee's users.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Item {
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) qty: u32,
    pub(crate) price: f64,
}

/// What is ordered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) id: u64,
    pub(crate) customer: String,
    pub(crate) items: Vec<Item>,
    pub(crate) note: Option<String>,
}

/// Bytes as base64: serde alone would write a list of numbers, four times as long.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Blob(pub(crate) Vec<u8>);

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Blob, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        BASE64_STANDARD.decode(&*text).map(Blob).map_err(serde::de::Error::custom)
    }
}

/// The order that is sent.
pub(crate) fn order() -> Order {
    let items = (0..super::ITEMS).map(super::item);
    Order {
        id: super::NUMBER.into(),
        customer: super::CUSTOMER.into(),
        items: items.map(|(sku, name, qty, price)| Item { sku, name, qty, price }).collect(),
        note: Some(super::NOTE.into()),
    }
}
