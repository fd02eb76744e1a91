use polyrpc::Message;

#[derive(Message)]
enum Colour {
    Red = 1,
    Green = 2,
}

fn main() {}
