struct Order {
    id: u64,
}

#[polyrpc::service(package = "shop.v1")]
trait Orders {
    #[rpc(bare)]
    async fn place(&self, order: Order) -> polyrpc::Result<u64>;
}

fn main() {}
