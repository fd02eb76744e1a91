use polyrpc::Context;

#[polyrpc::service(package = "shop.v1")]
trait Orders {
    async fn place(&self, id: u64, cx: &Context) -> polyrpc::Result<u64>;
}

fn main() {}
