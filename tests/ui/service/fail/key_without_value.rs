#[polyrpc::service(package = "shop.v1")]
trait Orders {
    #[rpc(timeout)]
    async fn place(&self, id: u64) -> polyrpc::Result<()>;
}

fn main() {}
