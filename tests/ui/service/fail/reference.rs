#[polyrpc::service(package = "shop.v1")]
trait Orders {
    async fn place(&self, ids: &Vec<u64>) -> polyrpc::Result<u64>;
}

fn main() {}
