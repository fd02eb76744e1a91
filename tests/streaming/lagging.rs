//! A reader that lags beside one that does not: it holds back its own stream, and nothing else.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use polyrpc::{Channel, Result, Server, Streaming, service};
use tokio::time::timeout;

#[service(package = "lagging.v1")]
trait Library {
    /// Pages of 16 KiB, each with its number.
    async fn pages(&self) -> Result<Streaming<String>>;
    /// What is not a stream.
    async fn door(&self) -> Result<String>;
}

/// Pages in a stream: 24 MiB, more than sockets and windows hold.
const PAGES: usize = 1536;

/// Pages that may have been made for a reader who has read one: what the buffers of two sockets hold at most.
const AHEAD: usize = 768;

/// Counts the pages that were made, for each stream.
#[derive(Clone, Default)]
struct Press(Arc<Mutex<Vec<Arc<AtomicUsize>>>>);

impl Press {
    fn made(&self, stream: usize) -> usize {
        self.0.lock().unwrap()[stream].load(Ordering::Relaxed)
    }
}

fn page(number: usize) -> String {
    format!("{number:016384}")
}

impl Library for Press {
    async fn pages(&self) -> Result<Streaming<String>> {
        let made = Arc::<AtomicUsize>::default();
        self.0.lock().unwrap().push(made.clone());
        Ok(Streaming::from_items((0..PAGES).map(move |number| {
            made.fetch_add(1, Ordering::Relaxed);
            page(number)
        })))
    }

    async fn door(&self) -> Result<String> {
        Ok("open".to_owned())
    }
}

/// A served library, and where it is.
async fn serve() -> (Press, String) {
    let press = Press::default();
    let server = Server::new().service(LibraryServer::new(press.clone())).listen("tcp://127.0.0.1:0");
    let server = server.bind().await.unwrap();
    let endpoint = server.endpoints()[0].to_string();
    tokio::spawn(server.run_until(std::future::pending()));
    (press, endpoint)
}

async fn read(pages: &mut Streaming<String>, from: usize, to: usize) {
    for number in from..to {
        let next = timeout(Duration::from_secs(20), pages.message()).await;
        let next = next.unwrap_or_else(|_| panic!("page {number} does not come"));
        assert_eq!(next.unwrap().as_deref(), Some(&*page(number)));
    }
}

/// `lagging` opens a stream and reads one page of it, while the other client goes on.
async fn lags_alone(press: &Press, lagging: &LibraryClient, other: &LibraryClient) {
    let mut late = lagging.pages().await.unwrap();
    read(&mut late, 0, 1).await;
    let mut pages = other.pages().await.unwrap();
    read(&mut pages, 0, PAGES).await;
    assert_eq!(pages.message().await.unwrap(), None);
    assert_eq!(timeout(Duration::from_secs(10), other.door()).await.unwrap().unwrap(), "open");
    let made = press.made(0);
    assert!(made < AHEAD, "{made} pages were made for a reader that has read one");
    // It has missed nothing.
    read(&mut late, 1, PAGES).await;
    assert_eq!(late.message().await.unwrap(), None);
    assert_eq!((press.made(0), press.made(1)), (PAGES, PAGES));
}

/// Two streams of one channel.
async fn on_one_channel(scheme: &str) {
    let (press, endpoint) = serve().await;
    let client = LibraryClient::new(Channel::connect(format!("{scheme}+{endpoint}")).await.unwrap());
    lags_alone(&press, &client, &client).await;
}

/// Two channels, each with one connection for all its streams.
async fn on_two_connections(options: &str) {
    let (press, endpoint) = serve().await;
    let endpoint = format!("jsonrpc+{endpoint}{options}");
    let (lagging, other) = tokio::join!(LibraryClient::connect(&endpoint), LibraryClient::connect(&endpoint));
    lags_alone(&press, &lagging.unwrap(), &other.unwrap()).await;
}

#[tokio::test]
async fn a_stream_of_grpc_lags_alone() {
    on_one_channel("grpc").await;
}

#[tokio::test]
async fn a_stream_of_events_lags_alone() {
    on_one_channel("jsonrpc").await;
}

#[tokio::test]
async fn a_stream_behind_a_cursor_lags_alone() {
    on_one_channel("xmlrpc").await;
}

#[tokio::test]
async fn a_websocket_lags_alone() {
    on_two_connections("?framing=websocket").await;
}

#[tokio::test]
async fn a_raw_stream_lags_alone() {
    on_two_connections("?framing=newline").await;
}
