//! Each kind of call, over each way there is.

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

/// All kinds, and how they fail.
async fn all_kinds(client: &StreamsClient) {
    assert_eq!(items(client.count(5, None).await.unwrap()).await, [0, 1, 2, 3, 4]);
    assert!(items(client.count(0, None).await.unwrap()).await.is_empty());
    assert_eq!(client.sum(Streaming::from_items(1..=100)).await.unwrap(), 5050);
    assert_eq!(client.sum(Streaming::from_items([])).await.unwrap(), 0);
    let shouted =
        items(client.shout(&polyrpc::Context::current(), lines(&["one", "", "two"])).await.unwrap()).await;
    assert_eq!(shouted.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["ONE", "", "TWO"]);
    assert_eq!(shouted[2].number, Some(3));

    let mut failing = client.fail_after(3).await.unwrap();
    for expected in 0..3 {
        assert_eq!(failing.message().await.unwrap(), Some(expected));
    }
    assert!(matches!(failing.message().await, Err(StreamError::Ended { count: 3 })));
    assert!(matches!(failing.message().await, Ok(None)));
    assert!(matches!(client.refuse().await, Err(StreamError::Ended { count: 0 })));
    assert_eq!(client.deaf(Streaming::from_items([1])).await.unwrap_err().code(), Code::ResourceExhausted);

    let mut panicking = client.panic_after(2).await.unwrap();
    assert_eq!(panicking.message().await.unwrap(), Some(0));
    assert_eq!(panicking.message().await.unwrap(), Some(1));
    let status = panicking.message().await.unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    assert!(!status.message().contains("a bug"), "{status}");
}

/// A caller whose own stream fails gets that failure.
async fn own_failure(client: &StreamsClient) {
    let broken = futures_util::stream::iter([Ok(1), Err(Status::data_loss("the disk"))]);
    let status = client.sum(Streaming::new(broken)).await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::DataLoss, "the disk"));
}

/// Dropping the stream cancels its producer at the other end.
async fn cancels(client: &StreamsClient, sample: &Sample) {
    let mut counting = client.count(1_000_000, Some(1)).await.unwrap();
    assert_eq!(counting.message().await.unwrap(), Some(0));
    drop(counting);
    let sample = sample.clone();
    let took = soon(move || sample.cancelled() == 1).await;
    assert!(took < Duration::from_millis(100), "{took:?}");
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

async fn conforms(endpoint: &str) {
    let served = serve(endpoint).await;
    let client = StreamsClient::connect(&served.endpoint).await.unwrap();
    all_kinds(&client).await;
    own_failure(&client).await;
    cancels(&client, &served.sample).await;
    deadline(&client).await;
}

#[tokio::test]
async fn local() {
    let sample = Sample::default();
    let client = StreamsClient::local(sample.clone());
    all_kinds(&client).await;
    cancels(&client, &sample).await;
    deadline(&client).await;
}

#[tokio::test]
async fn grpc_over_tcp() {
    conforms("tcp://127.0.0.1:0").await;
}

#[tokio::test]
async fn grpc_over_mem() {
    conforms("mem:streaming-kinds").await;
}

#[tokio::test]
async fn metadata_travels_before_and_behind_the_items() {
    let served = serve("tcp://127.0.0.1:0").await;
    let client = StreamsClient::connect(&served.endpoint).await.unwrap();
    let cx = polyrpc::Context::current();
    let (shouted, reply) = client.shout(&cx, lines(&["a", "b"])).with_reply().await;
    assert_eq!(reply.headers.get("x-mood"), Some("loud"));
    let mut shouted = shouted.unwrap();
    assert!(shouted.trailers().is_none());
    while shouted.message().await.unwrap().is_some() {}
    let trailers = shouted.trailers().unwrap();
    assert_eq!((trailers.get("x-end"), trailers.get("x-count")), (Some("early"), Some("2")));
}
