use polyrpc::Message;

#[derive(Message)]
struct Order<'a> {
    note: &'a str,
}

fn main() {}
