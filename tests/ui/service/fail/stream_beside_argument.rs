use polyrpc::Streaming;

#[polyrpc::service(package = "test.v1")]
trait Uploads {
    async fn send(&self, name: String, parts: Streaming<u64>) -> polyrpc::Result<u64>;
}

fn main() {}
