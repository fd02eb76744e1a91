#![no_implicit_prelude]

#[derive(::core::fmt::Debug, ::polyrpc::RpcError)]
pub enum OrderError {
    #[rpc(NotFound, "no order {id}, {name:?}")]
    NoSuchOrder { id: u64, name: ::std::string::String },
    #[rpc(InvalidArgument, "empty")]
    Empty,
    #[rpc(internal)]
    Broken(#[from] ::std::boxed::Box<dyn ::std::error::Error + ::std::marker::Send + ::std::marker::Sync>),
    #[rpc(status)]
    Rpc(::polyrpc::Status),
}

fn main() {}
