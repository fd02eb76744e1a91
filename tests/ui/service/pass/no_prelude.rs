#![no_implicit_prelude]

#[::polyrpc::service(package = "shop.v1")]
pub trait Orders {
    async fn place(&self, cx: &::polyrpc::Context, note: &str, raw: &[u8]) -> ::polyrpc::Result<u64>;
    async fn list(&self, first: ::std::option::Option<u64>) -> ::polyrpc::Result<::std::vec::Vec<u64>> {
        ::std::result::Result::Ok(::std::vec![first.unwrap_or(1)])
    }
    #[rpc(oneway)]
    async fn note(&self, text: ::std::string::String) -> ::polyrpc::Result<()>;
}

fn main() {}
