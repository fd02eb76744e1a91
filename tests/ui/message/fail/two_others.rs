use polyrpc::Message;

#[derive(Message)]
enum Colour {
    Red,
    #[rpc(other)]
    Unknown,
    #[rpc(other)]
    Strange,
}

fn main() {}
