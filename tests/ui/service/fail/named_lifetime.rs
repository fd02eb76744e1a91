#[polyrpc::service(package = "shop.v1")]
trait Orders {
    async fn place<'a>(&self, note: &'a str) -> polyrpc::Result<u64>;
}

fn main() {}
