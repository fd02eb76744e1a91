//! The first minute: one trait, served over three protocols on one port.

#[polyrpc::service]
trait Hello {
    async fn hello(&self, name: String) -> polyrpc::Result<String>;
}

struct Me;

impl Hello for Me {
    async fn hello(&self, name: String) -> polyrpc::Result<String> {
        Ok(format!("hi {name}"))
    }
}

#[tokio::main]
async fn main() -> polyrpc::Result<()> {
    polyrpc::serve("tcp://127.0.0.1:50051", HelloServer::new(Me)).await
}
