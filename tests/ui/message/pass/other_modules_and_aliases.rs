mod shop {
    use std::collections::HashMap;

    use polyrpc::Message;

    #[derive(Message)]
    pub struct Item {
        pub sku: String,
    }

    pub type Items = Vec<Item>;
    pub type ByName<T> = HashMap<String, T>;
    pub type Raw = Vec<u8>;
}

use std::sync::atomic::AtomicU64 as Option;

use polyrpc::Message;
use shop::{ByName, Items, Raw};

#[derive(Message)]
struct Order {
    items: Items,
    lists: ByName<Items>,
    raw: Raw,
    deep: Vec<std::option::Option<Vec<Raw>>>,
}

macro_rules! message {
    ($name:ident, $ty:ty) => {
        #[derive(Message)]
        struct $name {
            field: $ty,
            other: $crate::shop::Item,
        }
    };
}

message!(Made, Vec<shop::Item>);

fn main() {
    let _ = Option::new(1);
    let made = Made { field: vec![], other: shop::Item { sku: "a".to_owned() } };
    assert!(made.field.is_empty());
}
