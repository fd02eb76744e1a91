#[polyrpc::service(package = "shop.v1")]
trait Orders {
    #[rpc(bare)]
    async fn place(&self, id: u64, qty: u32) -> polyrpc::Result<u64>;
}

fn main() {}
