use polyrpc::Streaming;

#[polyrpc::service(package = "test.v1")]
trait Uploads {
    #[rpc(oneway)]
    async fn send(&self, parts: Streaming<u64>) -> polyrpc::Result<()>;
}

fn main() {}
