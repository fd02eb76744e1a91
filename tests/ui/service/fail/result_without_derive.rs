struct Order {
    id: u64,
}

#[polyrpc::service(package = "shop.v1")]
trait Orders {
    async fn order(&self, id: u64) -> polyrpc::Result<Order>;
}

fn main() {}
