mod shop {
    use polyrpc::{Message, RpcError, Status};

    #[derive(Message)]
    pub struct Order {
        pub id: u64,
    }

    #[derive(Debug, RpcError)]
    pub enum OrderError {
        #[rpc(NotFound, "no order")]
        NoSuchOrder,
        #[rpc(status)]
        Rpc(Status),
    }

    pub type Answer<T> = Result<T, OrderError>;
    pub type Nothing = Answer<()>;
    pub type Number = u64;
}

/// The argument's name is the macro's own.
#[polyrpc::service(package = "shop.v1")]
pub trait Orders {
    async fn place(&self, order: shop::Order) -> shop::Answer<shop::Number>;
    async fn order(&self, call: shop::Number, target: Option<shop::Number>) -> shop::Answer<shop::Order>;
    #[rpc(oneway)]
    async fn note(&self, result: String) -> shop::Nothing;
    #[rpc(bare)]
    async fn same(&self, channel: shop::Order) -> Result<Vec<shop::Number>, shop::OrderError>;
}

struct Shop;

impl Orders for Shop {
    async fn place(&self, order: shop::Order) -> shop::Answer<u64> {
        Ok(order.id)
    }

    async fn order(&self, _: u64, _: Option<u64>) -> shop::Answer<shop::Order> {
        Err(shop::OrderError::NoSuchOrder)
    }

    async fn note(&self, _: String) -> shop::Nothing {
        Ok(())
    }

    async fn same(&self, order: shop::Order) -> shop::Answer<Vec<u64>> {
        Ok(vec![order.id])
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let orders = OrdersClient::local(Shop);
    assert_eq!(orders.place(shop::Order { id: 7 }).await.unwrap(), 7);
    let missing = orders.order(7, None).await;
    assert!(matches!(missing, Err(shop::OrderError::NoSuchOrder)));
}
