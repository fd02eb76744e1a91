//! The values that are sent, as each library's users would write their types.

pub(crate) mod dxr;
pub(crate) mod ours;
pub(crate) mod prost;
pub(crate) mod serde;

/// The arguments of `small`.
pub(crate) const SMALL: (i32, i32) = (1_234, 567_890);

/// The parts of the item at `index`: its number in stock, its name, its quantity and its price.
pub(crate) fn item(index: u32) -> (String, String, u32, f64) {
    let sku = format!("SKU-{:06}", 10_007 * (index + 1));
    let name = format!("Machine screw M{index} x 20, steel");
    (sku, name, 3 * index + 1, 0.25 + 4.5 * f64::from(index))
}

/// Items of an order.
pub(crate) const ITEMS: u32 = 10;

/// The number of an order.
pub(crate) const NUMBER: u32 = 4_711_007;

/// Who ordered.
pub(crate) const CUSTOMER: &str = "Ada Lovelace & Sons";

/// What they wrote beside it.
pub(crate) const NOTE: &str = "Leave it with the neighbours, please.";
