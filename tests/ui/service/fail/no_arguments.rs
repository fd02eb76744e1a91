#[polyrpc::service(package = "shop.v1")]
trait Orders {
    async fn place() -> polyrpc::Result<u64>;
}

fn main() {}
