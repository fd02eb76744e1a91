use polyrpc::Streaming;

#[polyrpc::service(package = "test.v1")]
trait Uploads {
    async fn watch(&self) -> polyrpc::Result<Vec<Streaming<u64>>>;
}

fn main() {}
