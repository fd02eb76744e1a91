//! `docs/protocols/xmlrpc.md`: every exchange of it against the code.

use std::time::Duration;

use polyrpc_core::{CallExt, Channel, Context, Result, Server};
use polyrpc_macros::service;
use polyrpc_test_model::pages::{Order, OrderError};
use polyrpc_test_support::{HttpMessage, Page, canned};

#[service(package = "shop.v1", crate = polyrpc_core)]
trait Orders {
    /// Places an order and returns its number.
    async fn place(&self, order: Order) -> Result<u64>;
    /// Finds an order.
    async fn find(&self, id: u64) -> Result<Order, OrderError>;
    async fn total(&self, id: u64, currency: Option<String>) -> Result<String>;
    async fn slow(&self) -> Result<()>;
    async fn tenant(&self, cx: &Context) -> Result<String>;
    async fn share(&self, among: u32) -> Result<f64>;
    #[rpc(oneway)]
    async fn ping(&self) -> Result<()>;
}

struct Shop;

impl Orders for Shop {
    async fn place(&self, order: Order) -> Result<u64> {
        Ok(order.id)
    }

    async fn find(&self, id: u64) -> Result<Order, OrderError> {
        Err(OrderError::NoSuchOrder { id })
    }

    async fn total(&self, id: u64, currency: Option<String>) -> Result<String> {
        Ok(format!("{id} in {}", currency.unwrap_or_else(|| "none".into())))
    }

    async fn slow(&self) -> Result<()> {
        std::future::pending().await
    }

    async fn tenant(&self, cx: &Context) -> Result<String> {
        cx.reply().header("x-seen", "yes");
        cx.reply().trailer_bin("x-cost-bin", b"\x00\xff");
        let key = cx.metadata().get_bin("x-key-bin").unwrap_or_default();
        Ok(format!("{}, a key of {} bytes", cx.metadata().get("x-tenant").unwrap_or("?"), key.len()))
    }

    async fn share(&self, among: u32) -> Result<f64> {
        Ok(1.0 / f64::from(among))
    }

    async fn ping(&self) -> Result<()> {
        Ok(())
    }
}

pub(crate) fn page() -> Page {
    Page::read("protocols/xmlrpc.md")
}

/// A server as the words of a request say.
fn server_of(line: usize, words: &[String]) -> Server {
    let mut server = Server::new().service(OrdersServer::new(Shop));
    for word in words {
        server = match word.split_once('=') {
            Some(("message_limit", bytes)) => server.message_limit(bytes.parse().unwrap()),
            Some(("multicall_limit", calls)) => server.multicall_limit(calls.parse().unwrap()),
            _ => panic!("line {line}: what is {word}?"),
        };
    }
    server
}

#[tokio::test(start_paused = true)]
async fn every_request_is_answered_as_the_page_says() {
    page().check(20, |exchange| server_of(exchange.line, &exchange.words).into_service().unwrap()).await;
}

#[tokio::test]
async fn our_client_sends_what_the_page_says() {
    let body = "<methodResponse><params><param><value>7 in none</value></param></params></methodResponse>";
    let (endpoint, request) = canned("200 OK\r\ncontent-type: text/xml", body).await;
    let client = OrdersClient::new(Channel::builder(format!("xmlrpc+{endpoint}")).lazy().unwrap());
    let result = client.total(7, None).header("x-tenant", "seven").within(Duration::from_secs(9)).await;
    assert_eq!(result.unwrap(), "7 in none");
    let sent = request.await.unwrap();
    assert!(sent.header("rpc-timeout").is_some_and(|timeout| timeout.ends_with(['m', 'u', 'n'])));
    let page = page();
    let shown = HttpMessage::parse(&page.blocks(&["http", "sent"]).next().unwrap().text);
    assert_eq!(sent.essential(), shown.essential());
}
