//! Each kind of call, over each way there is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use polyrpc::{CallExt, Code, Endpoint, Listen, Listener, Server, Status, Streaming, Tls};
use polyrpc_test_support::{Certificates, Signed};

use crate::place::Place;
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

pub(crate) async fn serve(endpoint: impl Into<Listen>) -> Served {
    let sample = Sample::default();
    let server =
        // Callers may name a relay, which is not the listener.
        Server::new()
            .service(StreamsServer::new(sample.clone()))
            .allowed_host("127.0.0.1")
            .listen(endpoint)
            .bind()
            .await
            .unwrap();
    let endpoint = server.endpoints()[0].to_string();
    let _stop = tokio::spawn(server.run_until(std::future::pending()));
    Served { sample, endpoint, _stop }
}

impl Served {
    /// Where TCP listens.
    pub(crate) fn address(&self) -> String {
        self.endpoint.replace("tcp://", "")
    }
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
#[derive(Clone, Copy, Debug)]
pub(crate) struct Properties {
    pub(crate) scheme: &'static str,
    /// How messages stand on a connection; empty where nothing is asked for.
    pub(crate) framing: &'static str,
    /// Whether items of the result come while those of the argument still go.
    pub(crate) duplex: bool,
    /// Whether what a method says beside a stream both ways is heard before the items.
    early_metadata: bool,
}

impl Properties {
    /// The endpoint of a client that speaks so to a server at `place`.
    pub(crate) fn at(self, place: &str) -> String {
        let Properties { scheme, framing, .. } = self;
        let separator = if place.contains('?') { '&' } else { '?' };
        match framing {
            "" => format!("{scheme}+{place}"),
            framing => format!("{scheme}+{place}{separator}framing={framing}"),
        }
    }
}

pub(crate) const GRPC: Properties =
    Properties { scheme: "grpc", framing: "", duplex: true, early_metadata: true };
pub(crate) const JSONRPC: Properties = Properties { scheme: "jsonrpc", early_metadata: false, ..GRPC };
pub(crate) const LINES: Properties = Properties { framing: "newline", ..JSONRPC };
pub(crate) const LENGTHS: Properties = Properties { framing: "content-length", ..JSONRPC };
pub(crate) const WEBSOCKET: Properties = Properties { framing: "websocket", ..JSONRPC };
pub(crate) const XMLRPC: Properties =
    Properties { scheme: "xmlrpc", framing: "", duplex: false, early_metadata: true };
const LOCAL: Properties = Properties { scheme: "local", ..GRPC };

/// Every way over TCP.
pub(crate) const WAYS: [Properties; 6] = [GRPC, JSONRPC, LINES, LENGTHS, WEBSOCKET, XMLRPC];

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

/// The caller has sent all, and the answers go on.
async fn half_close(client: &StreamsClient) {
    let reversed = items(client.reverse(lines(&["one", "two", "three"])).await.unwrap()).await;
    assert_eq!(reversed.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["three", "two", "one"]);
}

/// A method that fails while its caller still sends: the caller learns of it, and what it sends is dropped.
async fn early_failure(client: &StreamsClient) {
    let (dropped, on_dropped) = tokio::sync::oneshot::channel::<()>();
    let endless = Streaming::produce(async move |out| {
        let _dropped = dropped;
        loop {
            out.send(1).await;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    assert_eq!(client.deaf(endless).await.unwrap_err().code(), Code::ResourceExhausted);
    let dropped = tokio::time::timeout(Duration::from_secs(1), on_dropped).await;
    assert!(dropped.expect("it is still sent").is_err());
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

/// Waits until the other end has seen so many calls dropped.
async fn cancelled(client: &StreamsClient, count: u64) -> Duration {
    let start = Instant::now();
    while client.cancellations().await.unwrap() < count {
        assert!(start.elapsed() < Duration::from_secs(10), "it was never cancelled");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    start.elapsed()
}

/// Dropping the stream cancels its producer at the other end.
async fn cancels(client: &StreamsClient) {
    let before = client.cancellations().await.unwrap();
    let mut counting = client.count(1_000_000, Some(1)).await.unwrap();
    assert_eq!(counting.message().await.unwrap(), Some(0));
    drop(counting);
    let took = cancelled(client, before + 1).await;
    assert!(took < Duration::from_millis(100), "{took:?}");
}

/// A stream that nobody ends but its reader.
async fn endless(client: &StreamsClient) {
    let before = client.cancellations().await.unwrap();
    let mut heads = client.subscribe("newHeads".into()).await.unwrap();
    assert_eq!(heads.message().await.unwrap().unwrap().number, "0x0");
    drop(heads);
    cancelled(client, before + 1).await;
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

/// Also where items are ready, and it is the reader who takes its time.
async fn deadline_of_a_slow_reader(client: &StreamsClient) {
    let mut seen = 0;
    let read = async {
        let mut counting = client.count(1_000_000, None).within(Duration::from_millis(400)).await?;
        while counting.message().await?.is_some() {
            seen += 1;
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        Ok::<_, Status>(())
    };
    let status = read.await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status}");
    assert!(seen <= 10, "{seen}");
}

/// What a handler says beside the items comes before the first of them, and behind the last.
async fn metadata(client: &StreamsClient, early_metadata: bool) {
    let cx = polyrpc::Context::current();
    let (shouted, reply) = client.shout(&cx, lines(&["a", "b"])).with_reply().await;
    // A session has answered before the method says anything, and tells all with the end.
    let early = reply.headers.get("x-mood");
    assert_eq!(early, early_metadata.then_some("loud"));
    let mut shouted = shouted.unwrap();
    assert!(shouted.trailers().is_none());
    while shouted.message().await.unwrap().is_some() {}
    let trailers = shouted.trailers().unwrap();
    assert_eq!((trailers.get("x-end"), trailers.get("x-count")), (Some("early"), Some("2")));
    assert_eq!(trailers.get("x-mood"), (!early_metadata).then_some("loud"));
}

async fn all_kinds(client: &StreamsClient, properties: Properties) {
    cancels(client).await;
    endless(client).await;
    results(client).await;
    arguments(client).await;
    half_close(client).await;
    if properties.duplex {
        early_failure(client).await;
    }
    own_failure(client).await;
    both_ways(client, properties.duplex).await;
    deadline(client).await;
    deadline_of_a_slow_reader(client).await;
    metadata(client, properties.early_metadata).await;
}

/// Every kind, over a protocol's way on a transport, as far as the transport has what that needs.
async fn conforms(properties: Properties, transport: &str) {
    let place = Place::new(transport).await;
    let promised = place.endpoint.parse::<Endpoint>().unwrap().properties();
    let endpoint = properties.at(&place.endpoint);
    if !properties.framing.is_empty() && !promised.connections {
        let refused = endpoint.parse::<Endpoint>().unwrap_err();
        assert!(refused.to_string().contains("framing"), "{refused}");
    } else if promised.streams {
        let client = StreamsClient::connect(endpoint).await.unwrap();
        all_kinds(&client, properties).await;
    }
}

#[tokio::test]
async fn local() {
    all_kinds(&StreamsClient::local(Sample::default()), LOCAL).await;
}

/// One test for each way over each transport.
macro_rules! suite {
    ($($transport:ident)*) => {
        $(mod $transport {
            use super::*;

            suite! {
                @on stringify!($transport);
                grpc GRPC, jsonrpc JSONRPC, lines LINES, lengths LENGTHS, websocket WEBSOCKET, xmlrpc XMLRPC,
            }
        })*
    };
    (@on $transport:expr; $($way:ident $properties:ident,)*) => {
        $(#[tokio::test]
        async fn $way() {
            conforms($properties, $transport).await;
        })*
    };
}

suite! { tcp unix unix_abstract tls exec mem posix_mq }

#[tokio::test]
async fn jsonrpc_by_websocket_url() {
    let served = serve("tcp://127.0.0.1:0").await;
    let url = served.endpoint.replace("tcp:", "jsonrpc+ws:");
    let client = StreamsClient::connect(format!("{url}/any/path")).await.unwrap();
    all_kinds(&client, WEBSOCKET).await;
}

#[tokio::test]
async fn jsonrpc_by_websocket_url_over_tls() {
    let authority = Certificates::new();
    let Signed { chain, key } = authority.sign(&["localhost"]);
    let tls = |url: &str, tls: Tls| url.parse::<Endpoint>().unwrap().with_tls(tls).unwrap();
    let listener = Listener::bind(&tls("tls://127.0.0.1:0", Tls::new().identity(chain, key))).await.unwrap();
    let port = listener.endpoint().port().unwrap();
    let served = serve(listener).await;
    let url = format!("jsonrpc+wss://localhost:{port}/any/path");
    let client = StreamsClient::connect(tls(&url, Tls::new().ca(authority.authority()))).await.unwrap();
    all_kinds(&client, WEBSOCKET).await;
    drop(served);
}
