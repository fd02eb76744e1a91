use polyrpc::Message;

#[derive(Message)]
struct Page<T> {
    items: Vec<T>,
}

fn main() {}
