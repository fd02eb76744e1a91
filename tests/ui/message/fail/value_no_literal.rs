use polyrpc::Message;

const GREEN: isize = 1;

#[derive(Message)]
enum Colour {
    Red,
    Green = GREEN,
}

fn main() {}
