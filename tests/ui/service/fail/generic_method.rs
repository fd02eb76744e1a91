#[polyrpc::service(package = "shop.v1")]
trait Orders {
    async fn place<T: Send>(&self, item: T) -> polyrpc::Result<u64>;
}

fn main() {}
