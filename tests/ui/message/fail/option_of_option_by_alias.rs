use polyrpc::Message;

type Note = Option<String>;

#[derive(Message)]
struct Order {
    note: Option<Note>,
}

fn main() {}
