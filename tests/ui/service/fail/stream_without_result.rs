use polyrpc::Streaming;

#[polyrpc::service(package = "test.v1")]
trait Feed {
    async fn watch(&self) -> Streaming<u64>;
}

fn main() {}
