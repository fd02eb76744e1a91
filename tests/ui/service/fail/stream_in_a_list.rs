use polyrpc::Streaming;

#[polyrpc::service(package = "test.v1")]
trait Uploads {
    async fn send(&self, parts: Vec<Streaming<u64>>) -> polyrpc::Result<u64>;
}

fn main() {}
