use polyrpc::Message;

#[derive(Message)]
#[serde(tag = "type")]
enum Shape {
    Circle { radius: f64 },
    Label(String),
}

fn main() {}
