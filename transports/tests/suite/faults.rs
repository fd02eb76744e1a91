//! Peers that go away, refuse, or were never there.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use crate::support::{RawFrame, Served, channel_body, endpoint_of, frame, request, until};
use http::Version;
use polyrpc_transports::{Body, ClientConfig, ClientError, Endpoint, HttpClient, Listener, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

const TCP: &str = "tcp://127.0.0.1:0";

async fn lost_connection(version: Version) {
    let served = Served::start(TCP, ServerConfig::new()).await;
    let client = served.client();
    let calls: Vec<_> =
        (0..20).map(|_| tokio::spawn(client.clone().send(request(version, "/never", "")))).collect();
    let seen = served.seen.clone();
    until("all calls began", || seen.begun() == 20).await;
    let begun = Instant::now();
    served.kill().await;
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert!(error.is_lost() && !error.never_started(), "{error:?}");
    }
    assert!(begun.elapsed() < Duration::from_millis(100), "took {:?}", begun.elapsed());
    assert_eq!(seen.dropped(), 20);
}

#[tokio::test]
async fn a_lost_connection_fails_every_http1_call_at_once() {
    lost_connection(Version::HTTP_11).await;
}

#[tokio::test]
async fn a_lost_connection_fails_every_http2_call_at_once() {
    lost_connection(Version::HTTP_2).await;
}

#[tokio::test]
async fn a_reply_cut_short_is_an_error_not_an_end() {
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let served = Served::start(TCP, ServerConfig::new()).await;
        let response = served.client().send(request(version, "/count", "")).await.unwrap();
        served.kill().await;
        let error = response.into_body().collect(1 << 20).await.unwrap_err();
        assert!(error.is_lost(), "{version:?}: {error:?}");
    }
}

/// An HTTP/1 server that says this to each call, and leaves.
async fn says(answer: &'static str) -> HttpClient {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = endpoint_of(listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.read_exact(&mut [0; 16]).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    HttpClient::new(&endpoint, ClientConfig::new()).unwrap()
}

#[tokio::test]
async fn an_http1_reply_that_ends_behind_its_head_is_an_error_not_an_empty_body() {
    let client = says("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n").await;
    for _ in 0..50 {
        // The end is often there together with the head.
        let response = client.clone().send(request(Version::HTTP_11, "/", "")).await.unwrap();
        let error = response.into_body().collect(100).await.unwrap_err();
        assert!(error.is_lost(), "{error:?}");
    }
}

#[tokio::test]
async fn http1_trailers_come_even_without_data() {
    let client = says("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx-last: word\r\n\r\n").await;
    let response = client.send(request(Version::HTTP_11, "/", "")).await.unwrap();
    let all = response.into_body().collect(0).await.unwrap();
    assert_eq!(all.trailers.unwrap()["x-last"], "word");
}

#[tokio::test]
async fn a_caller_that_leaves_drops_its_handlers() {
    let served = Served::start(TCP, ServerConfig::new()).await;
    let mut raw = TcpStream::connect(served.address()).await.unwrap();
    raw.write_all(b"GET /never HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    until("the HTTP/1 call began", || served.seen.begun() == 1).await;
    drop(raw);
    until("the HTTP/1 handler was dropped", || served.seen.dropped() == 1).await;

    let client = served.client();
    let call = tokio::spawn(client.clone().send(request(Version::HTTP_2, "/never", "")));
    until("the HTTP/2 call began", || served.seen.begun() == 2).await;
    call.abort();
    until("the HTTP/2 handler was dropped", || served.seen.dropped() == 2).await;
}

const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;

/// Reads until the first HEADERS frame is there.
async fn read_headers(stream: &mut TcpStream) {
    RawFrame::preface(stream).await;
    stream.write_all(&frame(SETTINGS, 0, 0, &[])).await.unwrap();
    while RawFrame::read(stream).await.unwrap().kind != 1 {}
}

/// A server that answers the first connections' calls with the given frame, and later ones as it should. Returns how
/// many connections it saw.
async fn scripted(bad: usize, answer: Vec<u8>) -> (HttpClient, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = endpoint_of(listener.local_addr().unwrap());
    let seen = Arc::new(AtomicUsize::new(0));
    let counted = seen.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let bad = counted.fetch_add(1, Ordering::SeqCst) < bad;
            let answer = answer.clone();
            tokio::spawn(async move {
                if bad {
                    read_headers(&mut stream).await;
                    stream.write_all(&answer).await.unwrap();
                    let mut rest = Vec::new();
                    let _ = stream.read_to_end(&mut rest).await;
                } else {
                    serve_well(stream).await;
                }
            });
        }
    });
    (HttpClient::new(&endpoint, ClientConfig::new()).unwrap(), seen)
}

async fn serve_well(stream: TcpStream) {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    while let Some(Ok((_, mut respond))) = connection.accept().await {
        respond.send_response(http::Response::new(()), true).unwrap();
    }
}

async fn call(client: &HttpClient, body: impl Into<Body>) -> Result<(), ClientError> {
    client.clone().send(request(Version::HTTP_2, "/", body)).await.map(drop)
}

fn refused() -> Vec<u8> {
    frame(RST_STREAM, 0, 1, &7_u32.to_be_bytes())
}

#[tokio::test]
async fn a_refused_stream_is_tried_once_more_on_a_fresh_connection() {
    let (client, connections) = scripted(1, refused()).await;
    call(&client, "not idempotent").await.unwrap();
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_call_above_the_last_id_of_a_goaway_is_tried_once_more() {
    let (client, connections) = scripted(1, frame(GOAWAY, 0, 0, &[0; 8])).await;
    call(&client, "not idempotent").await.unwrap();
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_call_is_tried_no_more_than_twice() {
    let (client, connections) = scripted(9, refused()).await;
    let error = call(&client, "x").await.unwrap_err();
    assert!(error.never_started(), "{error:?}");
    assert_eq!(error.reset_code(), Some(7));
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_call_that_may_have_started_is_not_tried_again() {
    let (client, connections) = scripted(9, frame(RST_STREAM, 0, 1, &2_u32.to_be_bytes())).await;
    let error = call(&client, "x").await.unwrap_err();
    assert!(!error.never_started() && error.reset_code() == Some(2), "{error:?}");
    // A GOAWAY that counts the call among those looked at, and then the end.
    let (client, more) = scripted(9, frame(GOAWAY, 0, 0, &[0, 0, 0, 1, 0, 0, 0, 0])).await;
    let waiting = timeout(Duration::from_millis(100), call(&client, "x")).await;
    assert!(waiting.is_err(), "the call went on");
    assert_eq!((connections.load(Ordering::SeqCst), more.load(Ordering::SeqCst)), (1, 1));
}

#[tokio::test]
async fn a_body_that_streams_is_not_sent_twice() {
    let (client, connections) = scripted(1, refused()).await;
    let (_send, body) = channel_body();
    assert!(call(&client, body).await.unwrap_err().never_started());
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_announced_body_is_sent_again_and_tells_each_time() {
    let (client, connections) = scripted(1, refused()).await;
    let told = Arc::new(AtomicUsize::new(0));
    let count = told.clone();
    let body = Body::announced("not idempotent", move || {
        count.fetch_add(1, Ordering::SeqCst);
    });
    call(&client, body).await.unwrap();
    assert_eq!((told.load(Ordering::SeqCst), connections.load(Ordering::SeqCst)), (2, 2));
}

#[tokio::test]
async fn a_stream_for_a_connection_that_is_going_away_is_sent_on_the_next_one() {
    // The server says that no further call will be looked at, and still answers the one that it has.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = HttpClient::new(&endpoint_of(listener.local_addr().unwrap()), ClientConfig::new()).unwrap();
    let first = tokio::spawn(client.clone().send(request(Version::HTTP_2, "/", "")));
    let mut leaving = listener.accept().await.unwrap().0;
    read_headers(&mut leaving).await;
    leaving.write_all(&frame(GOAWAY, 0, 0, &[0, 0, 0, 1, 0, 0, 0, 0])).await.unwrap();
    tokio::spawn(async move { serve_well(listener.accept().await.unwrap().0).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    let (_send, body) = channel_body();
    timeout(Duration::from_secs(5), call(&client, body)).await.unwrap().unwrap();
    assert!(!first.is_finished());
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closed_is_replaced() {
    let config = ServerConfig::new().idle(Duration::from_millis(50));
    let served = Served::start(TCP, config).await;
    let client = served.client();
    for version in [Version::HTTP_11, Version::HTTP_2] {
        for _ in 0..2 {
            client.clone().send(request(version, "/plain", "x")).await.unwrap();
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    assert_eq!(served.seen.connections(), 4);
}

#[tokio::test]
async fn http1_connections_that_no_call_uses_are_closed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let config = ClientConfig::new().idle(Duration::from_millis(100));
    let client = HttpClient::new(&endpoint_of(listener.local_addr().unwrap()), config).unwrap();
    let (opened, closed) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counts = (opened.clone(), closed.clone());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (opened, closed) = counts.clone();
            opened.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                while stream.read(&mut [0; 1024]).await.unwrap() > 0 {
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
                }
                closed.fetch_add(1, Ordering::SeqCst);
            });
        }
    });
    for _ in 0..2 {
        let calls = (0..20).map(|_| tokio::spawn(client.clone().send(request(Version::HTTP_11, "/", ""))));
        for call in calls.collect::<Vec<_>>() {
            call.await.unwrap().unwrap();
        }
        let opened = opened.load(Ordering::SeqCst);
        assert!(closed.load(Ordering::SeqCst) < opened);
        until("all are closed", || closed.load(Ordering::SeqCst) == opened).await;
    }
}

#[tokio::test]
async fn an_http1_server_that_took_the_request_and_left_is_not_asked_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = endpoint_of(listener.local_addr().unwrap());
    let client = HttpClient::new(&endpoint, ClientConfig::new()).unwrap();
    let call = tokio::spawn(client.send(request(Version::HTTP_11, "/", "x")));
    let (mut stream, _) = listener.accept().await.unwrap();
    stream.read_exact(&mut [0; 16]).await.unwrap();
    drop(stream);
    let error = call.await.unwrap().unwrap_err();
    assert!(error.is_lost() && !error.never_started(), "{error:?}");
    assert!(timeout(Duration::from_millis(50), listener.accept()).await.is_err());
}

#[tokio::test]
async fn calls_in_the_pause_after_a_failure_fail_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let endpoint = endpoint_of(address);
    let config = ClientConfig::new().backoff(Duration::from_millis(500), Duration::from_secs(1));
    let client = HttpClient::new(&endpoint, config).unwrap();
    let first = call(&client, "").await.unwrap_err();
    assert!(first.is_connect() && first.never_started() && !first.is_timeout());
    let served = Served::on(Listener::bind(&endpoint).await.unwrap(), ServerConfig::new());
    assert!(call(&client, "").await.unwrap_err().is_connect());
    assert_eq!(served.seen.connections(), 0);
    tokio::time::sleep(Duration::from_millis(650)).await;
    call(&client, "").await.unwrap();
    assert_eq!(served.seen.connections(), 1);
}

#[tokio::test]
async fn connections_that_fail_together_count_as_one_failure() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    // A name, so that all of them wait for its address before the first one fails.
    let endpoint: Endpoint = format!("tcp://localhost:{}", address.port()).parse().unwrap();
    let config = ClientConfig::new().backoff(Duration::from_millis(300), Duration::from_secs(120));
    let client = HttpClient::new(&endpoint, config).unwrap();
    let burst = |_| tokio::spawn(client.clone().send(request(Version::HTTP_11, "/plain", "")));
    for call in (0..64).map(burst).collect::<Vec<_>>() {
        assert!(call.await.unwrap().unwrap_err().is_connect());
    }
    let _served = Served::on(Listener::bind(&endpoint_of(address)).await.unwrap(), ServerConfig::new());
    tokio::time::sleep(Duration::from_millis(400)).await;
    client.send(request(Version::HTTP_11, "/plain", "")).await.unwrap();
}

#[test]
fn a_client_outlives_a_runtime_that_ends_while_it_connects() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let serving = runtime();
    let served = serving.block_on(Served::start(TCP, ServerConfig::new()));
    let client = served.client();
    let calling = runtime();
    // The task that connects has not been polled when its runtime ends.
    let mut begun = pin!(call(&client, ""));
    assert!(calling.block_on(poll_fn(|cx| Poll::Ready(begun.as_mut().poll(cx).is_pending()))));
    drop(calling);
    serving.block_on(async { timeout(Duration::from_secs(5), call(&client, "")).await.unwrap().unwrap() });
}

#[tokio::test]
async fn connecting_has_a_limit() {
    // A listener that never accepts: when its queue is full, further connections hang.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queued = Vec::new();
    while let Ok(stream) = timeout(Duration::from_millis(100), TcpStream::connect(address)).await {
        queued.push(stream.unwrap());
        assert!(queued.len() < 100, "the queue is never full");
    }
    let endpoint = endpoint_of(address);
    let config = ClientConfig::new().connect_timeout(Duration::from_millis(100));
    let error = HttpClient::new(&endpoint, config).unwrap().ready().await.unwrap_err();
    assert!(error.is_connect() && error.is_timeout(), "{error:?}");
}
