use polyrpc::Streaming;

type Numbers = Streaming<u64>;

#[polyrpc::service(package = "test.v1")]
trait Feed {
    async fn watch(&self) -> polyrpc::Result<Numbers>;
}

fn main() {}
