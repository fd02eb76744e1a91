use polyrpc::Message;

#[derive(Message)]
struct Order {
    order_id: u64,
    #[allow(non_snake_case)]
    orderId: u64,
}

fn main() {}
