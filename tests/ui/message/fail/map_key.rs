use polyrpc::Message;

use std::collections::BTreeMap;

#[derive(Message)]
struct Order {
    items: BTreeMap<Vec<String>, u64>,
}

fn main() {}
