type Number = polyrpc::Result<u64>;

#[polyrpc::service(package = "shop.v1")]
trait Orders {
    #[rpc(oneway)]
    async fn place(&self, id: u64) -> Number;
}

fn main() {}
