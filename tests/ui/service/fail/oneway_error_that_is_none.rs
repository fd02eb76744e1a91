struct OrderError;

#[polyrpc::service(package = "shop.v1")]
trait Orders {
    #[rpc(oneway)]
    async fn place(&self, id: u64) -> Result<(), OrderError>;
}

fn main() {}
