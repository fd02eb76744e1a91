struct OrderError;

#[polyrpc::service(package = "shop.v1")]
trait Orders {
    async fn place(&self, id: u64) -> Result<u64, OrderError>;
}

fn main() {}
