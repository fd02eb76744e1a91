extern crate polyrpc as rpc;

mod polyrpc {}

#[rpc::service(package = "shop.v1", crate = rpc)]
trait Orders {
    async fn place(&self, id: u64) -> rpc::Result<u64>;
}

fn main() {}
