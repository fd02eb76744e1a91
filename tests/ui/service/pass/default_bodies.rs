use polyrpc::{Context, Result};

#[polyrpc::service(package = "shop.v1")]
trait Orders {
    async fn price(&self, id: u64) -> Result<u64>;

    /// On the server this calls the other method; a client calls this one.
    async fn double(&self, cx: &Context, id: u64) -> Result<u64> {
        assert!(cx.metadata().get("x-none").is_none());
        Ok(2 * self.price(id).await?)
    }
}

struct Shop;

impl Orders for Shop {
    async fn price(&self, id: u64) -> Result<u64> {
        Ok(id + 1)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let orders = OrdersClient::local(Shop);
    assert_eq!(orders.double(&Context::current(), 2).await.unwrap(), 6);
    assert_eq!(Shop.double(&Context::current(), 2).await.unwrap(), 6);
}
