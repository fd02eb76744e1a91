use polyrpc::Message;

#[derive(Message)]
union Word {
    signed: i32,
    unsigned: u32,
}

fn main() {}
