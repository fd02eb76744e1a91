//! The types of jsonrpsee's users.

use serde::{Deserialize, Serialize};

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
