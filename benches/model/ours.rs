//! The types of polyrpc's users.

use polyrpc::Message;

/// A line of an order.
#[derive(Message, Clone, Debug, PartialEq)]
pub(crate) struct Item {
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) qty: u32,
    pub(crate) price: f64,
}

/// What is ordered.
#[derive(Message, Clone, Debug, PartialEq)]
pub(crate) struct Order {
    pub(crate) id: u64,
    pub(crate) customer: String,
    pub(crate) items: Vec<Item>,
    pub(crate) note: Option<String>,
}
