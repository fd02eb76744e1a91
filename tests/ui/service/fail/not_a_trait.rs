#[polyrpc::service(package = "shop.v1")]
struct Orders;

fn main() {}
