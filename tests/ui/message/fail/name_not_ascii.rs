use polyrpc::Message;

#[derive(Message)]
struct Order {
    größe: u64,
}

fn main() {}
