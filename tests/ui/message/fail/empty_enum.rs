use polyrpc::Message;

#[derive(Message)]
enum Never {}

fn main() {}
