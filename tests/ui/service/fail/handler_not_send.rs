use std::rc::Rc;

#[polyrpc::service(package = "shop.v1")]
trait Orders {
    async fn place(&self, id: u64) -> polyrpc::Result<u64>;
}

struct Shop;

impl Orders for Shop {
    async fn place(&self, id: u64) -> polyrpc::Result<u64> {
        let count = Rc::new(id);
        std::future::ready(()).await;
        Ok(*count)
    }
}

fn main() {}
