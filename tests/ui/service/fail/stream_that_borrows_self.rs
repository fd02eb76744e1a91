use polyrpc::Streaming;

#[polyrpc::service(package = "test.v1")]
trait Feed {
    async fn watch(&self) -> polyrpc::Result<Streaming<u64>>;
}

struct Numbers {
    all: Vec<u64>,
}

impl Feed for Numbers {
    async fn watch(&self) -> polyrpc::Result<Streaming<u64>> {
        Ok(Streaming::from_items(self.all.iter().copied()))
    }
}

fn main() {}
