#[polyrpc::service(package = "shop.v1", rename_all = "camel")]
trait Orders {
    async fn place(&self, id: u64) -> polyrpc::Result<()>;
}

fn main() {}
