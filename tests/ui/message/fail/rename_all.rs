use polyrpc::Message;

#[derive(Message)]
#[serde(rename_all = "camel_case")]
struct Order {
    order_id: u64,
}

fn main() {}
