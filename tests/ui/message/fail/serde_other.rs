use polyrpc::Message;

#[derive(Message)]
enum Colour {
    Red,
    #[serde(other)]
    Unknown,
}

fn main() {}
