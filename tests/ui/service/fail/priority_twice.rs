#[polyrpc::service(package = "shop.v1")]
trait Orders {
    #[rpc(priority = 9, idempotent, priority = 1)]
    async fn place(&self, id: u64) -> polyrpc::Result<()>;
}

fn main() {}
