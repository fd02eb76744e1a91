//! Each kind of call, over each way there is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use polyrpc::{CallExt, Code, Server, Status, Streaming};

use crate::service::{Line, Sample, StreamError, Streams, StreamsClient, StreamsServer};

/// Waits until something holds.
pub(crate) async fn soon(what: impl Fn() -> bool) -> Duration {
    let start = Instant::now();
    while !what() {
        assert!(start.elapsed() < Duration::from_secs(10), "it never came about");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    start.elapsed()
}

/// A server that lives as long as this.
pub(crate) struct Served {
    pub(crate) sample: Sample,
    pub(crate) endpoint: String,
    _stop: tokio::task::JoinHandle<()>,
}

pub(crate) async fn serve(endpoint: &str) -> Served {
    let sample = Sample::default();
    let server =
        Server::new().service(StreamsServer::new(sample.clone())).listen(endpoint).bind().await.unwrap();
    let endpoint = server.endpoints()[0].to_string();
    let _stop = tokio::spawn(server.run_until(std::future::pending()));
    Served { sample, endpoint, _stop }
}

impl Drop for Served {
    fn drop(&mut self) {
        self._stop.abort();
    }
}

async fn items<T, E: std::fmt::Debug>(stream: Streaming<T, E>) -> Vec<T> {
    stream.map(|item| item.unwrap()).collect().await
}

fn lines(texts: &[&str]) -> Streaming<Line> {
    let lines: Vec<Line> = texts.iter().map(|text| Line { text: (*text).to_owned(), number: None }).collect();
    Streaming::from_items(lines)
}

/// What a protocol's streams can do, where they differ.
#[derive(Clone, Copy)]
struct Properties {
    scheme: &'static str,
    /// What the endpoint says behind its address.
    options: &'static str,
    /// Whether items of the result come while those of the argument still go.
    duplex: bool,
}

const GRPC: Properties = Properties { scheme: "grpc", options: "", duplex: true };
const JSONRPC: Properties = Properties { scheme: "jsonrpc", ..GRPC };
const LINES: Properties = Properties { options: "?framing=newline", ..JSONRPC };
const LENGTHS: Properties = Properties { options: "?framing=content-length", ..JSONRPC };
const WEBSOCKET: Properties = Properties { options: "?framing=websocket", ..JSONRPC };
const XMLRPC: Properties = Properties { scheme: "xmlrpc", options: "", duplex: false };
const LOCAL: Properties = Properties { scheme: "local", ..GRPC };

/// Streams as results, and how they fail.
async fn results(client: &StreamsClient) {
    assert_eq!(items(client.count(5, None).await.unwrap()).await, [0, 1, 2, 3, 4]);
    assert!(items(client.count(0, None).await.unwrap()).await.is_empty());
    let many: Vec<u64> = items(client.count(20_000, None).await.unwrap()).await;
    assert!(many.into_iter().eq(0..20_000));

    let mut failing = client.fail_after(3).await.unwrap();
    for expected in 0..3 {
        assert_eq!(failing.message().await.unwrap(), Some(expected));
    }
    assert!(matches!(failing.message().await, Err(StreamError::Ended { count: 3 })));
    assert!(matches!(failing.message().await, Ok(None)));
    assert!(matches!(client.refuse().await, Err(StreamError::Ended { count: 0 })));

    let mut panicking = client.panic_after(2).await.unwrap();
    assert_eq!(panicking.message().await.unwrap(), Some(0));
    assert_eq!(panicking.message().await.unwrap(), Some(1));
    let status = panicking.message().await.unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    assert!(!status.message().contains("a bug"), "{status}");
}

/// Streams as arguments, with a stream as result or without.
async fn arguments(client: &StreamsClient) {
    assert_eq!(client.sum(Streaming::from_items(1..=100)).await.unwrap(), 5050);
    assert_eq!(client.sum(Streaming::from_items([])).await.unwrap(), 0);
    let shouted =
        items(client.shout(&polyrpc::Context::current(), lines(&["one", "", "two"])).await.unwrap()).await;
    assert_eq!(shouted.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["ONE", "", "TWO"]);
    assert_eq!(shouted[2].number, Some(3));
    assert_eq!(client.deaf(Streaming::from_items([1])).await.unwrap_err().code(), Code::ResourceExhausted);
}

/// Both ways at once: an item is answered before the next one is sent. Half-duplex: none is before all are sent.
async fn both_ways(client: &StreamsClient, duplex: bool) {
    let (sender, sent) = Streaming::channel(1);
    let answered = Arc::new(AtomicUsize::new(0));
    let count = answered.clone();
    let line = |text: &str| Line { text: text.to_owned(), number: None };
    let sending = async {
        for (round, text) in ["one", "two"].into_iter().enumerate() {
            sender.send(line(text)).await.unwrap();
            match duplex {
                true => drop(soon(|| answered.load(Ordering::SeqCst) > round).await),
                false => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
        assert_eq!(answered.load(Ordering::SeqCst), if duplex { 2 } else { 0 });
        drop(sender);
    };
    let reading = async {
        let mut shouted = client.shout(&polyrpc::Context::current(), sent).await.unwrap();
        while shouted.message().await.unwrap().is_some() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    };
    tokio::join!(sending, reading);
    assert_eq!(answered.load(Ordering::SeqCst), 2);
}

/// A caller whose own stream fails gets that failure.
async fn own_failure(client: &StreamsClient) {
    let broken = futures_util::stream::iter([Ok(1), Err(Status::data_loss("the disk"))]);
    let status = client.sum(Streaming::new(broken)).await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::DataLoss, "the disk"));
}

/// Dropping the stream cancels its producer at the other end.
async fn cancels(client: &StreamsClient, sample: &Sample) {
    let before = sample.cancelled();
    let mut counting = client.count(1_000_000, Some(1)).await.unwrap();
    assert_eq!(counting.message().await.unwrap(), Some(0));
    drop(counting);
    let took = soon(|| sample.cancelled() == before + 1).await;
    assert!(took < Duration::from_millis(100), "{took:?}");
}

/// A stream that nobody ends but its reader.
async fn endless(client: &StreamsClient, sample: &Sample) {
    let before = sample.cancelled();
    let mut heads = client.subscribe("newHeads".into()).await.unwrap();
    assert_eq!(heads.message().await.unwrap().unwrap().number, "0x0");
    drop(heads);
    soon(|| sample.cancelled() == before + 1).await;
    assert!(client.subscribe("logs".into()).await.is_err());
}

/// A deadline that passes inside a stream ends it.
async fn deadline(client: &StreamsClient) {
    let mut counting = client.count(1_000_000, Some(10)).within(Duration::from_millis(100)).await.unwrap();
    let mut seen = 0;
    let status = loop {
        match counting.message().await {
            Ok(Some(_)) => seen += 1,
            Ok(None) => panic!("it ended"),
            Err(status) => break status,
        }
    };
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status}");
    assert!((1..=10).contains(&seen), "{seen}");
}

async fn all_kinds(client: &StreamsClient, properties: Properties) {
    results(client).await;
    arguments(client).await;
    own_failure(client).await;
    both_ways(client, properties.duplex).await;
    deadline(client).await;
}

async fn conforms(properties: Properties, endpoint: &str) {
    let served = serve(endpoint).await;
    let endpoint = format!("{}+{}{}", properties.scheme, served.endpoint, properties.options);
    let client = StreamsClient::connect(&endpoint).await.unwrap();
    cancels(&client, &served.sample).await;
    endless(&client, &served.sample).await;
    all_kinds(&client, properties).await;
}

#[tokio::test]
async fn local() {
    let sample = Sample::default();
    let client = StreamsClient::local(sample.clone());
    cancels(&client, &sample).await;
    all_kinds(&client, LOCAL).await;
}

/// One test for each protocol over each transport.
macro_rules! suite {
    ($($name:ident: $properties:ident over $endpoint:expr;)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                conforms($properties, $endpoint).await;
            }
        )*
    };
}

suite! {
    grpc_over_tcp: GRPC over "tcp://127.0.0.1:0";
    grpc_over_mem: GRPC over "mem:streaming-grpc";
    jsonrpc_over_tcp: JSONRPC over "tcp://127.0.0.1:0";
    jsonrpc_over_mem: JSONRPC over "mem:streaming-jsonrpc";
    jsonrpc_in_lines_over_tcp: LINES over "tcp://127.0.0.1:0";
    jsonrpc_behind_lengths_over_tcp: LENGTHS over "tcp://127.0.0.1:0";
    jsonrpc_by_websocket_over_tcp: WEBSOCKET over "tcp://127.0.0.1:0";
    xmlrpc_over_tcp: XMLRPC over "tcp://127.0.0.1:0";
    xmlrpc_over_mem: XMLRPC over "mem:streaming-xmlrpc";
}

#[tokio::test]
async fn jsonrpc_by_websocket_url() {
    let served = serve("tcp://127.0.0.1:0").await;
    let url = served.endpoint.replace("tcp:", "jsonrpc+ws:");
    let client = StreamsClient::connect(format!("{url}/any/path")).await.unwrap();
    all_kinds(&client, WEBSOCKET).await;
}

async fn metadata(properties: Properties) {
    let served = serve("tcp://127.0.0.1:0").await;
    let endpoint = format!("{}+{}", properties.scheme, served.endpoint);
    let client = StreamsClient::connect(&endpoint).await.unwrap();
    let cx = polyrpc::Context::current();
    let (shouted, reply) = client.shout(&cx, lines(&["a", "b"])).with_reply().await;
    assert_eq!(reply.headers.get("x-mood"), Some("loud"));
    let mut shouted = shouted.unwrap();
    assert!(shouted.trailers().is_none());
    while shouted.message().await.unwrap().is_some() {}
    let trailers = shouted.trailers().unwrap();
    assert_eq!((trailers.get("x-end"), trailers.get("x-count")), (Some("early"), Some("2")));
}

#[tokio::test]
async fn metadata_travels_before_and_behind_the_items() {
    metadata(GRPC).await;
    metadata(XMLRPC).await;
}
