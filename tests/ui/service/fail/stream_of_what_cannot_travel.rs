use polyrpc::Streaming;

struct Plain;

#[polyrpc::service(package = "test.v1")]
trait Feed {
    async fn watch(&self) -> polyrpc::Result<Streaming<Plain>>;
}

fn main() {}
