#[polyrpc::service(package = "shop.v1")]
unsafe trait Orders {
    async fn place(&self, id: u64) -> polyrpc::Result<u64>;
}

fn main() {}
