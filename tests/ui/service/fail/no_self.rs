#[polyrpc::service(package = "shop.v1")]
trait Orders {
    async fn place(id: u64) -> polyrpc::Result<u64>;
}

fn main() {}
