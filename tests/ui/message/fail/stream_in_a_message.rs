use polyrpc::{Message, Streaming};

#[derive(Message)]
struct Feed {
    numbers: Streaming<u64>,
}

fn main() {}
