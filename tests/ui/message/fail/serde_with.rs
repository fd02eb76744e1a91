use polyrpc::Message;

#[derive(Message)]
struct Order {
    #[serde(with = "hex")]
    id: Vec<u8>,
}

fn main() {}
