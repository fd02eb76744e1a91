#[polyrpc::service(pkg = "shop.v1")]
trait Orders {
    async fn place(&self, id: u64) -> polyrpc::Result<u64>;
}

fn main() {}
