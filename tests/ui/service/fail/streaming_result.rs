struct Streaming<T>(T);

#[polyrpc::service(package = "shop.v1")]
trait Orders {
    async fn watch(&self, id: u64) -> polyrpc::Result<Streaming<u64>>;
}

fn main() {}
