//! `docs/protocols/grpc.md`: every block of it at the wire.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use h2::RecvStream;
use h2::server::SendResponse;
use http::{HeaderMap, Request, Response};
use polyrpc_core::{CallExt, Channel, Code, Context, Result, Server, Streaming};
use polyrpc_macros::service;
use polyrpc_test_model::pages::{Item, Order, OrderError};
use polyrpc_test_support::{Block, Page, hex};

use crate::support::{Answer, Raw, Scripted, Served, drain};

#[service(package = "shop.v1", crate = polyrpc_core)]
trait Orders {
    async fn place(&self, order: Order) -> Result<u64>;
    async fn find(&self, id: u64) -> Result<Order, OrderError>;
    async fn slow(&self) -> Result<()>;
    async fn tenant(&self, cx: &Context) -> Result<String>;
    async fn packed(&self, cx: &Context, id: u64) -> Result<u64>;
    async fn watch(&self, cx: &Context, id: u64) -> Result<Streaming<String, OrderError>, OrderError>;
    async fn total(&self, items: Streaming<Item>) -> Result<u64>;
    async fn relay(&self, words: Streaming<String>) -> Result<Streaming<String>>;
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

    async fn slow(&self) -> Result<()> {
        std::future::pending().await
    }

    async fn tenant(&self, cx: &Context) -> Result<String> {
        cx.reply().header("x-seen", "yes").trailer_bin("x-cost-bin", b"\x00\xff");
        let key = cx.metadata().get_bin("x-key-bin").unwrap_or_default();
        Ok(format!("{}, a key of {} bytes", cx.metadata().get("x-tenant").unwrap_or("?"), key.len()))
    }

    async fn packed(&self, cx: &Context, id: u64) -> Result<u64> {
        cx.reply().compress(true);
        Ok(id)
    }

    async fn watch(&self, cx: &Context, id: u64) -> Result<Streaming<String, OrderError>, OrderError> {
        let cx = cx.clone();
        Ok(Streaming::produce(async move |out| {
            out.send("packed".to_owned()).await;
            match id {
                8 => std::future::pending().await,
                9 => return Err(OrderError::NoSuchOrder { id }),
                _ => out.send("sent".to_owned()).await,
            }
            cx.reply().trailer("x-parcels", "1");
            Ok(())
        }))
    }

    async fn total(&self, mut items: Streaming<Item>) -> Result<u64> {
        let mut total = 0;
        while let Some(item) = items.message().await? {
            total += u64::from(item.qty);
        }
        Ok(total)
    }

    async fn relay(&self, words: Streaming<String>) -> Result<Streaming<String>> {
        Ok(words)
    }

    async fn ping(&self) -> Result<()> {
        Ok(())
    }
}

type Pairs = BTreeMap<String, String>;

/// A request or a response of the page.
#[derive(Clone, Debug)]
struct Shown {
    line: usize,
    words: Vec<String>,
    head: Pairs,
    body: Option<Vec<u8>>,
    trailers: Option<Pairs>,
}

fn page() -> Page {
    Page::read("protocols/grpc.md")
}

fn pairs(text: &str) -> Pairs {
    let line = |line: &str| {
        let at = line[1..].find(':').unwrap_or_else(|| panic!("no header: {line}")) + 1;
        (line[..at].to_owned(), line[at + 1..].trim().to_owned())
    };
    text.lines().map(line).collect()
}

impl Shown {
    fn parse(block: &Block) -> Shown {
        let mut parts = block.text.split("\n\n");
        let head = pairs(parts.next().unwrap_or_default());
        let kind = head.get("content-type").map_or("", String::as_str);
        let body = parts.next().map(|text| match kind {
            kind if kind.starts_with("text/") => format!("{text}\n").into(),
            kind if kind.contains("-text") => text.into(),
            _ => hex(text),
        });
        let trailers = parts.next().map(pairs);
        Shown { line: block.line, words: block.words[2..].to_vec(), head, body, trailers }
    }

    /// The headers that are no pseudo-headers.
    fn headers(&self) -> impl Iterator<Item = (&String, &String)> {
        self.head.iter().filter(|(name, _)| !name.starts_with(':'))
    }
}

/// Every request of the page with the response to it.
fn exchanges() -> Vec<(Shown, Shown)> {
    let page = page();
    let mut requests = Vec::new();
    let mut exchanges = Vec::new();
    for block in page.blocks(&["grpc"]) {
        match block.words[1].as_str() {
            "request" => requests.push(Shown::parse(block)),
            "response" => exchanges.push((requests.pop().unwrap(), Shown::parse(block))),
            _ => {}
        }
    }
    assert!(requests.is_empty() && exchanges.len() > 15, "{requests:?}");
    exchanges
}

fn shown(headers: &HeaderMap) -> Pairs {
    headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect()
}

async fn ask(raw: &Raw, shown: &Shown) -> Answer {
    let uri = format!("http://localhost{}", shown.head[":path"]);
    let mut request = Request::builder().method(shown.head[":method"].as_str()).uri(uri);
    if !shown.head.contains_key("content-type") {
        request = request.header("content-type", "application/grpc");
    }
    for (name, value) in shown.headers().filter(|(_, value)| *value != "-") {
        request = request.header(name, value);
    }
    let body: Vec<&[u8]> = shown.body.iter().map(Vec::as_slice).collect();
    raw.send(request.body(()).unwrap(), &body).await.unwrap()
}

#[tokio::test]
async fn our_server_answers_as_the_page_says() {
    let server = Server::new().service(OrdersServer::new(Shop)).listen("tcp://127.0.0.1:0").bind();
    let server = server.await.unwrap();
    let address = server.endpoints()[0].to_string();
    tokio::spawn(async move {
        server.run_until(std::future::pending()).await;
    });
    let raw = Raw::connect(address.strip_prefix("tcp://").unwrap().parse().unwrap()).await;
    for (request, response) in exchanges() {
        let answer = ask(&raw, &request).await;
        let line = request.line;
        assert_eq!(answer.http.to_string(), response.head[":status"], "line {line}");
        let expected: Pairs = response.headers().map(|(name, value)| (name.clone(), value.clone())).collect();
        assert_eq!(shown(&answer.headers), expected, "line {line}");
        assert_eq!(answer.trailers.as_ref().map(shown), response.trailers, "line {line}");
        let data = match response.words.contains(&"unpacked".to_owned()) {
            true => {
                let mut out = vec![answer.data[0]];
                let mut decoder = flate2::read::GzDecoder::new(&answer.data[5..]);
                std::io::Read::read_to_end(&mut decoder, &mut out).unwrap();
                out
            }
            false => answer.data.to_vec(),
        };
        assert_eq!(data, response.body.clone().unwrap_or_default(), "line {line}");
    }
}

/// What a server saw of a request: its head, and its body.
type Saw = Arc<Mutex<(Pairs, Vec<u8>)>>;

/// A server that answers all as a block of the page says.
async fn answering(response: &Shown) -> (Scripted, Saw) {
    let saw = Saw::default();
    let (kept, response) = (saw.clone(), response.clone());
    let script = move |request, respond| answer_as(request, respond, response.clone(), kept.clone());
    (Scripted::start(script).await, saw)
}

async fn answer_as(
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    response: Shown,
    saw: Saw,
) {
    let mut head = shown(request.headers());
    head.insert(":method".into(), request.method().to_string());
    head.insert(":scheme".into(), request.uri().scheme_str().unwrap().to_owned());
    head.insert(":path".into(), request.uri().path().to_owned());
    *saw.lock().unwrap() = (head, drain(request.into_body()).await);
    let mut builder = Response::builder().status(response.head[":status"].as_str());
    for (name, value) in response.headers() {
        builder = builder.header(name, value);
    }
    let end = response.body.is_none();
    let mut stream = respond.send_response(builder.body(()).unwrap(), end).unwrap();
    if let Some(body) = response.body {
        stream.send_data(body.into(), false).unwrap();
        let trailers = response.trailers.unwrap_or_default();
        let trailers =
            trailers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        stream.send_trailers(trailers).unwrap();
    }
}

/// Makes the call of a name, and says what came of it.
async fn call(name: &str, client: &OrdersClient) -> String {
    match name {
        "place" => {
            let items = vec![Item { sku: "tea".into(), qty: 2 }];
            format!("{:?}", client.place(Order { id: 7, items, note: None }).await.ok())
        }
        "find" => match client.find(9).await {
            Err(OrderError::NoSuchOrder { id }) => format!("no such order {id}"),
            other => panic!("{:?}", other.err()),
        },
        "tenant" => {
            let cx = Context::current();
            let call = client.tenant(&cx).header("x-tenant", "7");
            let (text, reply) = call.header_bin("x-key-bin", b"\x00\xff").with_reply().await;
            let (seen, cost) = (reply.headers.get("x-seen"), reply.trailers.get_bin("x-cost-bin"));
            format!("{:?} {seen:?} {cost:?}", text.ok())
        }
        "watch" | "lost" => {
            let id = if name == "watch" { 7 } else { 9 };
            let mut steps = client.watch(&Context::current(), id).await.unwrap();
            let mut seen = Vec::new();
            loop {
                match steps.message().await {
                    Ok(Some(step)) => seen.push(step),
                    Ok(None) => break format!("{seen:?} {:?}", steps.trailers().unwrap().get("x-parcels")),
                    Err(OrderError::NoSuchOrder { id }) => break format!("{seen:?} no such order {id}"),
                    Err(OrderError::Rpc(status)) => panic!("{status}"),
                }
            }
        }
        "total" => {
            let items = [("tea", 2), ("x", 3)].map(|(sku, qty)| Item { sku: sku.into(), qty });
            format!("{:?}", client.total(Streaming::from_items(items)).await.ok())
        }
        "relay" => {
            let words = Streaming::from_items(["a", ""].map(str::to_owned));
            let mut words = client.relay(words).await.unwrap();
            format!("{:?} {:?}", words.message().await.ok(), words.message().await.ok())
        }
        "ping" => format!("{:?}", client.ping().await.ok()),
        other => panic!("no call {other}"),
    }
}

#[tokio::test]
async fn our_client_asks_as_the_page_says_and_reads_the_answers() {
    let mut outcomes = Vec::new();
    for (request, response) in exchanges() {
        let Some(name) = request.words.first() else { continue };
        let (scripted, saw) = answering(&response).await;
        let channel = Channel::connect(format!("tcp://{}", scripted.address)).await.unwrap();
        outcomes.push(call(name, &OrdersClient::new(channel.clone())).await);
        channel.drain().await.unwrap();
        let saw = saw.lock().unwrap();
        for (name, value) in &request.head {
            assert_eq!(saw.0.get(name), Some(value), "line {}: {name}", request.line);
        }
        assert_eq!(Some(&saw.1), request.body.as_ref(), "line {}", request.line);
    }
    let tenant = r#"Some("7, a key of 2 bytes") Some("yes") Some(b"\0\xff")"#;
    let streams = [
        r#"["packed", "sent"] Some("1")"#,
        r#"["packed"] no such order 9"#,
        "Some(5)",
        r#"Some(Some("a")) Some(Some(""))"#,
    ];
    assert_eq!(outcomes[..4], ["Some(7)", "no such order 9", tenant, "Some(())"]);
    assert_eq!(outcomes[4..], streams);
}

#[tokio::test]
async fn our_client_sends_the_headers_of_the_page() {
    let page = page();
    let block = page.blocks(&["grpc", "headers"]).next().unwrap();
    let mut expected = pairs(&block.text.replace("VERSION", env!("CARGO_PKG_VERSION")));
    expected.insert(":path".into(), "/shop.v1.Orders/Place".into());
    let (_, response) = exchanges().remove(0);
    let (scripted, saw) = answering(&response).await;
    let channel = Channel::builder(format!("tcp://{}", scripted.address)).no_deadline().connect();
    call("place", &OrdersClient::new(channel.await.unwrap())).await;
    assert_eq!(saw.lock().unwrap().0, expected);
}

#[tokio::test]
async fn timeouts_mean_what_the_page_says() {
    let served = Served::start().await;
    let raw = served.raw().await;
    let page = page();
    let rows: Vec<_> = page.blocks(&["grpc", "timeouts"]).flat_map(|block| block.rows()).collect();
    for row in &rows {
        let [header, meaning] = row[..] else { panic!("{row:?}") };
        let answer = raw.call("Remaining", &[("grpc-timeout", header)], b"").await;
        let Some(nanos) = meaning.strip_suffix(" ns") else {
            assert_eq!((meaning, answer.code()), ("malformed", Code::InvalidArgument), "{header}");
            continue;
        };
        let most = nanos.parse::<u128>().unwrap() / 1_000_000;
        match crate::timeout::millis(&answer) {
            Some(millis) => {
                assert!(u128::from(millis) <= most && u128::from(millis) + 5_000 > most, "{header}")
            }
            None => assert!(answer.code() == Code::DeadlineExceeded && most < 1, "{header}: {answer:?}"),
        }
    }
    assert!(rows.len() > 10);
}

#[tokio::test]
async fn nobody_sets_or_sees_the_reserved_names_of_the_page() {
    let served = Served::start().await;
    let raw = served.raw().await;
    let page = page();
    let block = page.blocks(&["grpc", "reserved"]).next().unwrap();
    for name in block.rows().flatten() {
        let mut metadata = polyrpc_core::Metadata::new();
        assert!(metadata.insert(name, "x").is_err(), "{name}");
        let answer = raw.call("Metadata", &[("grpc-anything", "x")], &crate::support::text(name)).await;
        assert_eq!(answer.data[..], crate::support::framed(b""), "{name}");
    }
}

#[tokio::test]
async fn details_are_the_bytes_and_the_json_of_the_page() {
    use base64::Engine as _;
    let page = Page::read("protocols/status.md");
    let text = |word| page.blocks(&["status", word]).next().unwrap().text.clone();
    let (_, find) = exchanges().into_iter().find(|(request, _)| request.words == ["find"]).unwrap();
    let written = &find.head["grpc-status-details-bin"];
    assert_eq!(*written, base64::engine::general_purpose::STANDARD_NO_PAD.encode(hex(&text("bytes"))));

    let service = Server::new().service(OrdersServer::new(Shop)).into_service().unwrap();
    let request = Request::post("/").header("content-type", "application/json");
    let body = r#"{"jsonrpc":"2.0","method":"orders.find","params":[9],"id":1}"#;
    let request = request.body(polyrpc_transports::Body::from(body)).unwrap();
    let response = tower::ServiceExt::oneshot(service, request).await.unwrap();
    let data = response.into_body().collect(1 << 20).await.unwrap().data;
    let data = String::from_utf8(data.to_vec()).unwrap();
    assert!(data.contains(&format!("\"data\":{}", text("json"))), "{data}");
}
