//! Connections that are full: both ends write at once, or somebody does not read.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use polyrpc::{CallExt, Channel, Code, Context, Server, Streaming, service};
use polyrpc_test_support::QueueEndpoint;

/// What both ends offer.
#[service(package = "full.v1")]
trait Store {
    /// The same text.
    async fn keep(&self, text: String) -> polyrpc::Result<String>;
    /// As many times as that what the caller makes of the text.
    async fn back(&self, cx: &Context, text: String, times: u32) -> polyrpc::Result<u64>;
    /// Pieces of 64 KiB.
    async fn pieces(&self, count: u32) -> polyrpc::Result<Streaming<String>>;
    /// Reads an item, asks the caller something, and reads the next one.
    async fn inspect(&self, cx: &Context, pieces: Streaming<String>) -> polyrpc::Result<u64>;
    /// Each as it comes.
    async fn echo(&self, texts: Streaming<String>) -> polyrpc::Result<Streaming<String>>;
}

const PIECE: usize = 64 << 10;

struct Memory;

impl Store for Memory {
    async fn keep(&self, text: String) -> polyrpc::Result<String> {
        Ok(text)
    }

    async fn back(&self, cx: &Context, text: String, times: u32) -> polyrpc::Result<u64> {
        let caller = StoreClient::new(cx.caller()?);
        let answers = join_all((0..times).map(|_| caller.keep(text.clone()))).await;
        Ok(answers.into_iter().map(|answer| answer.map_or(0, |text| text.len() as u64)).sum())
    }

    async fn pieces(&self, count: u32) -> polyrpc::Result<Streaming<String>> {
        Ok(Streaming::from_items((0..count).map(|_| "7".repeat(PIECE))))
    }

    async fn echo(&self, texts: Streaming<String>) -> polyrpc::Result<Streaming<String>> {
        Ok(texts)
    }

    async fn inspect(&self, cx: &Context, mut pieces: Streaming<String>) -> polyrpc::Result<u64> {
        let caller = StoreClient::new(cx.caller()?);
        let mut bytes = 0;
        while let Some(piece) = pieces.message().await? {
            tokio::time::sleep(Duration::from_millis(1)).await;
            bytes += caller.keep(piece).await?.len() as u64;
        }
        Ok(bytes)
    }
}

async fn store(listen: &str, options: &str) -> StoreClient {
    let server = Server::new().service(StoreServer::new(Memory)).listen(listen).bind().await.unwrap();
    let endpoint = format!("jsonrpc+{}{options}", server.endpoints()[0]);
    tokio::spawn(server.run_until(std::future::pending()));
    let channel = Channel::builder(endpoint).service(StoreServer::new(Memory));
    StoreClient::new(channel.deadline(Duration::from_secs(120)).connect().await.unwrap())
}

/// More than the buffers of any connection hold, in both directions at once.
async fn both_ends_write_at_once(listen: &str, options: &str) {
    let store = store(listen, options).await;
    let text = "x".repeat(1 << 20);
    let kept = join_all((0..24).map(|_| store.keep(text.clone()))).await;
    assert!(kept.into_iter().all(|kept| kept.unwrap() == text));
    let cx = Context::current();
    let (back, kept) =
        tokio::join!(store.back(&cx, text.clone(), 16), join_all((0..16).map(|_| store.keep(text.clone()))));
    assert_eq!(back.unwrap(), 16 << 20);
    assert!(kept.into_iter().all(|kept| kept.unwrap() == text));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_ends_write_at_once_in_lines() {
    both_ends_write_at_once("tcp://127.0.0.1:0", "?framing=newline").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_ends_write_at_once_on_a_websocket() {
    both_ends_write_at_once("tcp://127.0.0.1:0", "").await;
}

#[tokio::test]
async fn both_ends_write_at_once_within_the_process() {
    both_ends_write_at_once("mem:full", "").await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn both_ends_write_at_once_on_a_queue() {
    let queue = QueueEndpoint::new("full");
    both_ends_write_at_once(&queue, "").await;
}

/// Who asks something between two items gets its answer, though more items wait before it than may.
#[tokio::test]
async fn an_answer_is_read_behind_a_stream_that_is_not() {
    let store = store("tcp://127.0.0.1:0", "?framing=newline").await;
    let mut pieces = store.pieces(40).await.unwrap();
    let mut count = 0_u64;
    while let Some(piece) = pieces.message().await.unwrap() {
        count += 1;
        assert_eq!(store.keep("1".to_owned()).within(Duration::from_secs(5)).await.unwrap(), "1");
        assert_eq!(piece.len(), PIECE);
    }
    assert_eq!(count, 40);
    let uploaded = Streaming::from_items((0..40).map(|_| "7".repeat(PIECE)));
    let inspected = store.inspect(&Context::current(), uploaded).within(Duration::from_secs(20)).await;
    assert_eq!(inspected.unwrap(), 40 * PIECE as u64);
}

/// A stream that is not read holds back no other on its connection for long: it fails, and the others go on.
#[tokio::test]
async fn a_stream_that_is_not_read_holds_back_no_other() {
    let store = store("tcp://127.0.0.1:0", "?framing=newline").await;
    let mut lagging = store.pieces(350).await.unwrap();
    let reading = store.pieces(350).await.unwrap();
    let read = reading.map(Result::unwrap).fold(0, async |count, _| count + 1);
    assert_eq!(tokio::time::timeout(Duration::from_secs(60), read).await.unwrap(), 350);
    let failed = lagging.message().await.unwrap_err();
    assert_eq!(failed.code(), Code::ResourceExhausted);
    assert_eq!(store.keep("1".to_owned()).await.unwrap(), "1");
}

/// A stream that is read, if slowly, does not fail: the connection waits for it.
#[tokio::test]
async fn a_stream_that_is_read_slowly_comes_to_its_end() {
    let store = store("tcp://127.0.0.1:0", "?framing=newline").await;
    let mut slow = store.pieces(350).await.unwrap();
    let waits = store.pieces(u32::MAX).await.unwrap();
    let waits = tokio::spawn(waits.for_each(async |piece| drop(piece.unwrap())));
    for _ in 0..350 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert!(slow.message().await.unwrap().is_some());
    }
    assert!(slow.message().await.unwrap().is_none());
    waits.abort();
}

/// Both directions of a call on a connection of its own, as full as they get.
#[tokio::test]
async fn both_directions_of_a_call_are_full() {
    let server = Server::new().service(StoreServer::new(Memory)).listen("tcp://127.0.0.1:0");
    let server = server.bind().await.unwrap();
    let endpoint = server.endpoints()[0].to_string();
    tokio::spawn(server.run_until(std::future::pending()));
    for options in ["", "?framing=newline"] {
        let store = StoreClient::connect(format!("jsonrpc+{endpoint}{options}")).await.unwrap();
        let texts = Streaming::from_items((0..48).map(|_| "y".repeat(1 << 20)));
        let mut echo = store.echo(texts).within(Duration::from_secs(120)).await.unwrap();
        let mut count = 0;
        while let Some(text) = echo.message().await.unwrap() {
            assert_eq!(text.len(), 1 << 20);
            count += 1;
        }
        assert_eq!(count, 48, "{options}");
    }
}
