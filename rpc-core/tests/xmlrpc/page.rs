//! `docs/protocols/xmlrpc.md`: every block of it against the code.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Request, Response};
use polyrpc_core::codec::xml::Dialect;
use polyrpc_core::codec::{Codec, Decode, Encode};
use polyrpc_core::{CallExt, Channel, Context, Result, Server, Status};
use polyrpc_macros::{Message, RpcError, service};
use polyrpc_test_support::{Exchange, HttpMessage, Page};
use polyrpc_transports::Body;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tower::ServiceExt;

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
struct Item {
    sku: String,
    qty: u32,
}

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
struct Order {
    id: u64,
    items: Vec<Item>,
    note: Option<String>,
}

#[derive(RpcError, Debug)]
#[rpc(crate = polyrpc_core)]
enum OrderError {
    #[rpc(NotFound, "no order {id}")]
    NoSuchOrder { id: u64 },
    #[rpc(status)]
    Rpc(Status),
}

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
struct Note {
    text: Option<String>,
}

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
struct OrderId(u64);

#[derive(Message, Clone, Copy)]
#[rpc(crate = polyrpc_core)]
enum Colour {
    Red,
    Green,
}

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
enum Shape {
    Circle { radius: f64 },
    Label(String),
    Pair(i32, i32),
    Nothing,
}

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

fn page() -> Page {
    Page::read("protocols/xmlrpc.md")
}

/// Sends a request of the page to a server as its words say.
async fn answer(exchange: &Exchange) -> HttpMessage {
    let mut server = Server::new().service(OrdersServer::new(Shop));
    for word in &exchange.words {
        server = match word.split_once('=') {
            Some(("message_limit", bytes)) => server.message_limit(bytes.parse().unwrap()),
            Some(("multicall_limit", calls)) => server.multicall_limit(calls.parse().unwrap()),
            _ => panic!("line {}: what is {word}?", exchange.line),
        };
    }
    let mut parts = exchange.request.start.split(' ');
    let mut request = Request::builder().method(parts.next().unwrap()).uri(parts.next().unwrap());
    for (name, value) in &exchange.request.headers {
        request = request.header(name, value);
    }
    let body = Body::from(Bytes::from(exchange.request.body.clone()));
    let response = server.into_service().unwrap().oneshot(request.body(body).unwrap()).await;
    let Ok::<_, Infallible>(response) = response;
    read(response, &exchange.response).await
}

/// A response, of whose headers only those that the page shows are kept.
async fn read(response: Response<Body>, shown: &HttpMessage) -> HttpMessage {
    let (head, body) = response.into_parts();
    let headers = shown
        .headers
        .iter()
        .filter_map(|(name, _)| Some((name.clone(), head.headers.get(name)?.to_str().ok()?.to_owned())));
    let body = body.collect(1 << 20).await.unwrap().data;
    HttpMessage {
        start: format!("HTTP/1.1 {}", head.status),
        headers: headers.collect(),
        body: String::from_utf8(body.to_vec()).unwrap().trim_end().to_owned(),
    }
}

#[tokio::test(start_paused = true)]
async fn every_request_is_answered_as_the_page_says() {
    let exchanges = page().exchanges();
    assert!(exchanges.len() > 20);
    let mut wrong = String::new();
    for exchange in &exchanges {
        let answer = answer(exchange).await;
        if answer != exchange.response {
            writeln!(wrong, "line {}: {answer:#?}\nnot {:#?}", exchange.line, exchange.response).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Answers one request with a result, and gives the request.
async fn overhear(listener: TcpListener) -> HttpMessage {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut text = String::new();
    let mut buffer = [0; 4096];
    while !text.ends_with("</methodCall>") {
        let length = stream.read(&mut buffer).await.unwrap();
        text.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
    }
    let body = "<methodResponse><params><param><value>7 in none</value></param></params></methodResponse>";
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all((head + body).as_bytes()).await.unwrap();
    HttpMessage::parse(&text.replace("\r\n", "\n"))
}

#[tokio::test]
async fn our_client_sends_what_the_page_says() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("xmlrpc+tcp://{}", listener.local_addr().unwrap());
    let overheard = tokio::spawn(overhear(listener));
    let client = OrdersClient::new(Channel::builder(endpoint).lazy().unwrap());
    let result = client.total(7, None).header("x-tenant", "seven").within(Duration::from_secs(9)).await;
    assert_eq!(result.unwrap(), "7 in none");
    let mut sent = overheard.await.unwrap();
    assert!(sent.header("rpc-timeout").is_some_and(|timeout| timeout.ends_with(['m', 'u', 'n'])));
    let page = page();
    let shown = HttpMessage::parse(&page.blocks(&["http", "sent"]).next().unwrap().text);
    let hidden = ["host", "user-agent", "content-length", "rpc-timeout"];
    sent.headers.retain(|(name, _)| !hidden.contains(&name.as_str()));
    sent.headers.sort();
    let mut headers = shown.headers.clone();
    headers.sort();
    assert_eq!(sent, HttpMessage { headers, ..shown });
}

/// What the page says of a value, and what is so: `written` in a dialect, or why not.
struct Kind {
    written: fn(json: &str, dialect: Dialect) -> Result<String, String>,
    /// As JSON again.
    read: fn(xml: &str) -> Result<String, String>,
}

fn written<T: Encode + for<'de> Decode<'de>>(json: &str, dialect: Dialect) -> Result<String, String> {
    let value: T =
        Codec::Json.decode_value(json.as_bytes()).unwrap_or_else(|error| panic!("{json}: {error}"));
    let mut out = b"before".to_vec();
    match Codec::Xml(dialect).encode_value(&value, &mut out) {
        Ok(()) => Ok(String::from_utf8(out.split_off(6)).unwrap()),
        Err(error) => {
            assert_eq!(out, b"before", "what failed leaves nothing behind");
            Err(error.to_string())
        }
    }
}

fn read_as<T: Encode + for<'de> Decode<'de>>(xml: &str) -> Result<String, String> {
    let value: T =
        Codec::Xml(Dialect::EXTENDED).decode_value(xml.as_bytes()).map_err(|error| error.to_string())?;
    let mut out = Vec::new();
    Codec::Json.encode_value(&value, &mut out).unwrap();
    Ok(String::from_utf8(out).unwrap())
}

fn kind(name: &str) -> Kind {
    macro_rules! kinds {
        ($($name:literal $type:ty,)*) => {
            match name {
                $($name => Kind { written: written::<$type>, read: read_as::<$type> },)*
                _ => panic!("what is a {name}?"),
            }
        };
    }
    kinds! {
        "bool" bool,
        "i32" i32,
        "i64" i64,
        "u8" u8,
        "u64" u64,
        "f64" f64,
        "String" String,
        "char" char,
        "Uuid" uuid::Uuid,
        "Vec<u8>" Vec<u8>,
        "Vec<i64>" Vec<i64>,
        "Vec<Option<bool>>" Vec<Option<bool>>,
        "Option<bool>" Option<bool>,
        "BTreeMap<String,i64>" BTreeMap<String, i64>,
        "BTreeMap<u32,bool>" BTreeMap<u32, bool>,
        "SystemTime" SystemTime,
        "Duration" Duration,
        "Item" Item,
        "Note" Note,
        "OrderId" OrderId,
        "Colour" Colour,
        "Shape" Shape,
        "()" (),
        "(bool,String)" (bool, String),
        "Value" serde_json::Value,
    }
}

#[test]
fn every_value_is_written_and_read_as_the_page_says() {
    let mut wrong = String::new();
    let mut check = |row: &[&str], is: Result<String, String>, promised: Result<&str, &str>| {
        if is.as_deref().map_err(String::as_str) != promised {
            writeln!(wrong, "{row:?}: {is:?}").unwrap();
        }
    };
    let page = page();
    for block in page.blocks(&["xml", "values"]) {
        let dialect = if block.words.contains(&"plain".into()) { Dialect::PLAIN } else { Dialect::EXTENDED };
        for row in block.rows() {
            let [name, first, second] = row[..] else { panic!("line {}: {row:?}", block.line) };
            let kind = kind(name);
            match block.words.last().unwrap().as_str() {
                "read" => check(&row, (kind.read)(second), Ok(first)),
                "refused" => check(&row, (kind.read)(first), Err(second)),
                "unwritable" => check(&row, (kind.written)(first, dialect), Err(second)),
                "values" => {
                    check(&row, (kind.written)(first, dialect), Ok(second));
                    check(&row, (kind.read)(second), Ok(first));
                }
                "plain" => check(&row, (kind.written)(first, dialect), Ok(second)),
                other => panic!("line {}: what is {other}?", block.line),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
