#[polyrpc::service(package = "shop.v1")]
trait Orders {
    #[rpc(jsonrpc = "rpc.place")]
    async fn place(&self, id: u64) -> polyrpc::Result<()>;
}

fn main() {}
