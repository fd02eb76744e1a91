#[polyrpc::service(package = "shop.v1")]
trait Orders {
    #[rpc(priority = -1)]
    async fn place(&self, id: u64) -> polyrpc::Result<()>;
}

fn main() {}
