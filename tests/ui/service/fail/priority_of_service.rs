#[polyrpc::service(package = "shop.v1", priority = 9)]
trait Orders {
    async fn place(&self, id: u64) -> polyrpc::Result<()>;
}

fn main() {}
