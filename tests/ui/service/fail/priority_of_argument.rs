#[polyrpc::service(package = "shop.v1")]
trait Orders {
    async fn place(&self, #[rpc(priority = 9)] id: u64) -> polyrpc::Result<()>;
}

fn main() {}
