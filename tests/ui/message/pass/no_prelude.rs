#![no_implicit_prelude]

#[derive(::polyrpc::Message)]
pub struct Order {
    id: u64,
    #[rpc(tag = 4)]
    items: ::std::vec::Vec<Item>,
    #[serde(default)]
    note: ::std::string::String,
    first: ::std::option::Option<::std::boxed::Box<Order>>,
}

#[derive(::polyrpc::Message)]
pub struct Item(::std::string::String);

#[derive(::polyrpc::Message)]
pub struct Pair(u32, ::std::option::Option<bool>);

#[derive(::polyrpc::Message)]
pub enum Colour {
    Red,
    Green,
}

#[derive(::polyrpc::Message)]
pub enum Shape {
    Circle { radius: f64 },
    Label(::std::string::String),
    Pair(u32, ::std::option::Option<u32>),
    Nothing,
}

fn main() {}
