#[polyrpc::service(package = "shop.v1")]
trait Orders {
    const MAX: u32;
    async fn place(&self, id: u64) -> polyrpc::Result<u64>;
}

fn main() {}
