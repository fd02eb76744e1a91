//! `docs/protocols/jsonrpc.md`: every block of it against the code.

use std::fmt::Write as _;
use std::time::Duration;

use http::StatusCode;
use polyrpc_core::{CallExt, Channel, Server};
use polyrpc_test_support::{Block, HttpMessage, Page};

use crate::shop::{Item, Order, Orders, OrdersClient, Shop, post, post_with, server};
use crate::wire::canned;

pub(crate) fn page() -> Page {
    Page::read("protocols/jsonrpc.md")
}

/// A server as the words of a block say.
fn server_of(line: usize, words: &[String]) -> Server {
    let mut server = server(&Shop::default());
    for word in words {
        server = match word.split_once('=') {
            Some(("message_limit", bytes)) => server.message_limit(bytes.parse().unwrap()),
            Some(("batch_limit", calls)) => server.batch_limit(calls.parse().unwrap()),
            _ => panic!("line {line}: what is {word}?"),
        };
    }
    server
}

#[tokio::test(start_paused = true)]
async fn every_request_is_answered_as_the_page_says() {
    page().check(10, |exchange| server_of(exchange.line, &exchange.words).into_service().unwrap()).await;
}

/// The rows of two columns of such blocks, with their blocks.
fn pairs<'a>(page: &'a Page, words: &[&str]) -> Vec<(&'a Block, &'a str, &'a str)> {
    let rows = page.blocks(words).flat_map(|block| block.rows().map(move |row| (block, row)));
    let pairs = rows.map(|(block, row)| match row[..] {
        [first, second] => (block, first, second),
        _ => panic!("line {}: {row:?}", block.line),
    });
    pairs.collect()
}

#[tokio::test]
async fn every_body_is_answered_as_the_page_says() {
    let page = page();
    let mut wrong = String::new();
    let rows = pairs(&page, &["json", "bodies"]);
    assert!(rows.len() > 30);
    for (block, body, promised) in rows {
        let (escaped, words) = match &block.words[2..] {
            [word, words @ ..] if word == "escaped" => (true, words),
            words => (false, words),
        };
        let body = if escaped { serde_json::from_str(body).unwrap() } else { body.to_owned() };
        let answer = post(server_of(block.line, words), body.clone()).await;
        let is = match answer.status {
            StatusCode::NO_CONTENT => "204".to_owned() + &answer.body,
            _ => answer.ok().to_owned(),
        };
        if is != promised {
            writeln!(wrong, "{body}\nis answered {is}\nand not     {promised}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[tokio::test]
async fn content_types_are_those_of_the_page() {
    let page = page();
    for (_, content_type, status) in pairs(&page, &["http", "types"]) {
        let headers = [("content-type", content_type)];
        let headers = if content_type == "(none)" { &[][..] } else { &headers };
        let body = r#"{"jsonrpc":"2.0","method":"orders.total","params":[7],"id":1}"#;
        let answer = post_with(server(&Shop::default()), headers, body).await;
        assert_eq!(answer.status.to_string(), status, "{content_type}");
    }
}

/// What the page says that a client sends.
fn shown(page: &Page, word: &str) -> HttpMessage {
    let block = page.blocks(&["http", "sent", word]).next();
    HttpMessage::parse(&block.unwrap_or_else(|| panic!("no {word}")).text).essential()
}

#[tokio::test]
async fn our_client_sends_what_the_page_says() {
    let page = page();
    let order = || Order { id: 7, items: vec![Item { sku: "tea".into(), qty: 2 }], note: None };
    let json = "200 OK\r\ncontent-type: application/json";

    let (endpoint, request) = canned(json, r#"{"jsonrpc":"2.0","result":7,"id":1}"#).await;
    let client = OrdersClient::new(Channel::builder(endpoint + "/v3/key").lazy().unwrap());
    let placed = client.place(order()).header("x-tenant", "seven").within(Duration::from_secs(9)).await;
    assert_eq!(placed.unwrap(), 7);
    let request = request.await.unwrap();
    assert!(request.header("rpc-timeout").is_some_and(|timeout| timeout.ends_with(['m', 'u', 'n'])));
    assert_eq!(request.essential(), shown(&page, "named"));

    let (endpoint, request) = canned(json, r#"{"jsonrpc":"2.0","result":"7 in none","id":1}"#).await;
    let client = OrdersClient::new(Channel::builder(endpoint).positional(true).lazy().unwrap());
    client.total(7, None).await.unwrap();
    assert_eq!(request.await.unwrap().essential(), shown(&page, "positional"));

    let (endpoint, request) = canned("204 No Content", "").await;
    let client = OrdersClient::new(Channel::builder(endpoint).lazy().unwrap());
    client.ping("hello".into()).await.unwrap();
    assert_eq!(request.await.unwrap().essential(), shown(&page, "oneway"));
}

#[tokio::test]
async fn our_client_reads_answers_as_the_page_says() {
    let page = page();
    let mut wrong = String::new();
    let rows = pairs(&page, &["json", "answers"]);
    assert!(rows.len() > 15);
    for (_, answer, promised) in rows {
        let (endpoint, _request) = canned("200 OK\r\ncontent-type: application/json", answer).await;
        let client = OrdersClient::new(Channel::builder(endpoint).lazy().unwrap());
        let order = Order { id: 7, items: Vec::new(), note: None };
        let is = match client.place(order).await {
            Ok(id) => id.to_string(),
            Err(status) => format!("{}: {}", status.code().name(), status.message()),
        };
        if is.trim_end() != promised {
            writeln!(wrong, "{answer}\nis read {is}\nand not {promised}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
