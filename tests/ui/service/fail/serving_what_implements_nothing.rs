#[polyrpc::service(package = "shop.v1")]
trait Orders {
    async fn place(&self, id: u64) -> polyrpc::Result<u64>;
}

struct Shop;

fn main() {
    OrdersServer::new(Shop);
}
