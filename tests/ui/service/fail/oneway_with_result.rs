#[polyrpc::service(package = "shop.v1")]
trait Orders {
    #[rpc(oneway)]
    async fn place(&self, id: u64) -> polyrpc::Result<u64>;
}

fn main() {}
