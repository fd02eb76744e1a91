#[polyrpc::service(package = "shop.v1")]
trait Orders {
    async fn place(&self, #[rpc(rename = "number")] id: u64) -> polyrpc::Result<()>;
}

fn main() {}
