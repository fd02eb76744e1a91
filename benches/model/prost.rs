//! The types of tonic's users, as prost-build writes them.

/// A line of an order.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Item {
    #[prost(string, tag = "1")]
    pub(crate) sku: String,
    #[prost(string, tag = "2")]
    pub(crate) name: String,
    #[prost(uint32, tag = "3")]
    pub(crate) qty: u32,
    #[prost(double, tag = "4")]
    pub(crate) price: f64,
}

/// What is ordered.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Order {
    #[prost(uint64, tag = "1")]
    pub(crate) id: u64,
    #[prost(string, tag = "2")]
    pub(crate) customer: String,
    #[prost(message, repeated, tag = "3")]
    pub(crate) items: Vec<Item>,
    #[prost(string, optional, tag = "4")]
    pub(crate) note: Option<String>,
}

/// The arguments of `small`.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct SmallRequest {
    #[prost(int64, tag = "1")]
    pub(crate) a: i64,
    #[prost(int64, tag = "2")]
    pub(crate) b: i64,
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
