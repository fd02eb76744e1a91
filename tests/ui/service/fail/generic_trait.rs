#[polyrpc::service(package = "shop.v1")]
trait Orders<T> {
    async fn place(&self, item: T) -> polyrpc::Result<u64>;
}

fn main() {}
