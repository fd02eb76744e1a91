use polyrpc::Message;

#[derive(Message)]
enum Colour {
    Red,
    #[rpc(tag = 0)]
    Green,
}

fn main() {}
