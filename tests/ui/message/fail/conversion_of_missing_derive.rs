use polyrpc::Message;

#[derive(Clone)]
struct Item {
    sku: String,
}

#[derive(Clone, Message)]
#[serde(try_from = "Item", into = "Item")]
struct Best(String);

impl TryFrom<Item> for Best {
    type Error = String;

    fn try_from(item: Item) -> Result<Self, String> {
        if item.sku.is_empty() { Err("no sku".to_owned()) } else { Ok(Self(item.sku)) }
    }
}

impl From<Best> for Item {
    fn from(best: Best) -> Self {
        Self { sku: best.0 }
    }
}

fn main() {}
