use polyrpc::Message;

#[derive(Message)]
struct Inner {
    sku: String,
}

#[derive(Message)]
struct Order {
    #[serde(flatten)]
    inner: Inner,
}

fn main() {}
