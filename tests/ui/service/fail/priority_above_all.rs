#[polyrpc::service(package = "shop.v1")]
trait Orders {
    #[rpc(priority = 32768)]
    async fn place(&self, id: u64) -> polyrpc::Result<()>;
}

fn main() {}
