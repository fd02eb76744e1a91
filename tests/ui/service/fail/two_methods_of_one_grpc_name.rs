#[polyrpc::service(package = "shop.v1")]
trait Orders {
    async fn get_data(&self, id: u64) -> polyrpc::Result<()>;
    async fn get__data(&self, id: u64) -> polyrpc::Result<()>;
}

fn main() {}
