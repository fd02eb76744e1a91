struct Streaming<T>(T);

#[polyrpc::service(package = "shop.v1")]
trait Orders {
    async fn send(&self, ids: Streaming<u64>) -> polyrpc::Result<u64>;
}

fn main() {}
