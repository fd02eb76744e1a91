#[polyrpc::service(package = "shop.v1")]
trait Orders {
    #[rpc(priority)]
    async fn place(&self, id: u64) -> polyrpc::Result<()>;
}

fn main() {}
