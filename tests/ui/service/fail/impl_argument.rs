#[polyrpc::service(package = "shop.v1")]
trait Orders {
    async fn place(&self, note: impl Into<String>) -> polyrpc::Result<u64>;
}

fn main() {}
