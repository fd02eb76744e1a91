//! The types of dxr's users. dxr has no unsigned and no 64-bit integers that read `<int>`.

use dxr::{TryFromValue, TryToValue};

/// A line of an order.
#[derive(Clone, Debug, PartialEq, TryFromValue, TryToValue)]
pub(crate) struct Item {
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) qty: i32,
    pub(crate) price: f64,
}

/// What is ordered.
#[derive(Clone, Debug, PartialEq, TryFromValue, TryToValue)]
pub(crate) struct Order {
    pub(crate) id: i32,
    pub(crate) customer: String,
    pub(crate) items: Vec<Item>,
    pub(crate) note: Option<String>,
}

/// The order that is sent.
pub(crate) fn order() -> Order {
    let items = (0..super::ITEMS).map(super::item);
    Order {
        id: super::NUMBER as i32,
        customer: super::CUSTOMER.into(),
        items: items.map(|(sku, name, qty, price)| Item { sku, name, qty: qty as i32, price }).collect(),
        note: Some(super::NOTE.into()),
    }
}
