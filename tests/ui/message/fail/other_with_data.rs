use polyrpc::Message;

#[derive(Message)]
enum Shape {
    Circle { radius: f64 },
    #[rpc(other)]
    Unknown(String),
}

fn main() {}
