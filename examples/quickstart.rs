//! One trait, served over three protocols on every listener at once, and called through each of them.
//!
//! `cargo run --example quickstart` prints a table of the same call, and lines to try against the server, which stays
//! up until Ctrl-C. With `--once`, or where nobody looks at a terminal, it ends after the table.

use std::io::{IsTerminal, stdout};
use std::time::{Duration, Instant};

use polyrpc::{Message, RpcError, Server, Status, service, shutdown_signal};

#[derive(Message, Clone, Debug)]
struct Item {
    sku: String,
    qty: u32,
}

#[derive(Message, Clone, Debug)]
struct Receipt {
    number: u64,
    items: u32,
}

#[derive(Debug, RpcError)]
enum OrderError {
    /// The caller gets this variant back, over every protocol.
    #[rpc(InvalidArgument, "an order for {customer} without items")]
    Empty { customer: String },
    /// Whatever else may go wrong between here and there.
    #[rpc(status)]
    Rpc(Status),
}

/// The trait is the whole description: clients implement it, and so does the shop.
#[service(package = "shop.v1")]
trait Orders {
    /// Places an order.
    async fn place(&self, customer: String, items: Vec<Item>) -> Result<Receipt, OrderError>;
}

struct Shop;

impl Orders for Shop {
    async fn place(&self, customer: String, items: Vec<Item>) -> Result<Receipt, OrderError> {
        if items.is_empty() {
            return Err(OrderError::Empty { customer });
        }
        Ok(Receipt { number: 7, items: items.iter().map(|item| item.qty).sum() })
    }
}

#[tokio::main]
async fn main() -> polyrpc::Result<()> {
    let socket = std::env::temp_dir().join(format!("quickstart-{}.sock", std::process::id()));
    let server = Server::new()
        .service(OrdersServer::new(Shop))
        .listen("tcp://127.0.0.1:0")
        .listen(format!("unix:{}", socket.display()));
    #[cfg(target_os = "linux")]
    let server = server.listen(format!("posix-mq:/quickstart-{}", std::process::id()));
    let server = server.bind().await?;
    let endpoints: Vec<String> = server.endpoints().iter().map(ToString::to_string).collect();
    let stays = stdout().is_terminal() && !std::env::args().any(|word| word == "--once");
    let calls = async {
        if let Err(error) = table(&endpoints).await {
            eprintln!("{error}");
        }
        if stays {
            let address = endpoints[0].trim_start_matches("tcp://");
            println!("{}", to_try(address));
            shutdown_signal().await;
        }
    };
    server.run_until(calls).await;
    Ok(())
}

/// The same call through every protocol and listener.
async fn table(endpoints: &[String]) -> Result<(), OrderError> {
    println!("{:<8}  {:<42}  {:<24}  {:>9}", "protocol", "endpoint", "reply", "latency");
    for endpoint in endpoints {
        for protocol in ["grpc", "jsonrpc", "xmlrpc"] {
            let orders = OrdersClient::connect(format!("{protocol}+{endpoint}")).await?;
            let items = vec![Item { sku: "tea".into(), qty: 2 }, Item { sku: "cup".into(), qty: 1 }];
            let (receipt, latency) = fastest(&orders, &items).await?;
            let reply = format!("number {}, {} items", receipt.number, receipt.items);
            println!("{protocol:<8}  {endpoint:<42}  {reply:<24}  {:>6} µs", latency.as_micros());
            // A typed error is itself again at the caller's end.
            let refused = orders.place("Ada".into(), vec![]).await;
            assert!(matches!(refused, Err(OrderError::Empty { customer }) if customer == "Ada"));
        }
    }
    Ok(())
}

async fn fastest(orders: &OrdersClient, items: &[Item]) -> Result<(Receipt, Duration), OrderError> {
    let mut best = (Receipt { number: 0, items: 0 }, Duration::MAX);
    for _ in 0..200 {
        let start = Instant::now();
        let receipt = orders.place("Ada".into(), items.to_vec()).await?;
        best = (receipt, best.1.min(start.elapsed()));
    }
    Ok(best)
}

fn to_try(address: &str) -> String {
    format!(
        r#"
Try it from another terminal:

curl http://{address}/ -H 'content-type: application/json' -d '{{"jsonrpc":"2.0","method":"orders.place","params":{{"customer":"Ada","items":[{{"sku":"tea","qty":2}}]}},"id":1}}'
python3 -c 'import xmlrpc.client; print(xmlrpc.client.ServerProxy("http://{address}/").orders.place("Ada", [{{"sku": "tea", "qty": 2}}]))'
grpcurl -plaintext -d '{{"customer":"Ada","items":[{{"sku":"tea","qty":2}}]}}' {address} shop.v1.Orders/Place

Ctrl-C ends it."#
    )
}
