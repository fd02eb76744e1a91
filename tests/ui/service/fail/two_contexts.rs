use polyrpc::Context;

#[polyrpc::service(package = "shop.v1")]
trait Orders {
    async fn place(&self, cx: &Context, again: &Context) -> polyrpc::Result<u64>;
}

fn main() {}
