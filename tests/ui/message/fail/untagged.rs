use polyrpc::Message;

#[derive(Message)]
#[serde(untagged)]
enum Shape {
    Circle { radius: f64 },
    Label(String),
}

fn main() {}
