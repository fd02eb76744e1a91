use polyrpc::Streaming;

type Numbers = Streaming<u64>;

#[polyrpc::service(package = "test.v1")]
trait Feed {
    async fn sum(&self, numbers: Numbers) -> polyrpc::Result<u64>;
}

fn main() {}
