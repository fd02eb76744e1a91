//! Peers that go away, refuse, or were never there.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::support::{Served, channel_body, request, until};
use http::Version;
use polyrpc_transports::{Body, ClientConfig, ClientError, Endpoint, HttpClient, Listener, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

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

/// A frame of HTTP/2 (RFC 9113, section 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = (payload.len() as u32).to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;

/// Reads until the first HEADERS frame is there.
async fn read_headers(stream: &mut TcpStream) {
    let mut preface = [0; 24];
    stream.read_exact(&mut preface).await.unwrap();
    stream.write_all(&frame(SETTINGS, 0, 0, &[])).await.unwrap();
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await.unwrap();
        let len = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; len as usize];
        stream.read_exact(&mut payload).await.unwrap();
        if head[3] == 1 {
            return;
        }
    }
}

/// A server that answers the first connections' calls with the given frame, and later ones as it should. Returns how
/// many connections it saw.
async fn scripted(bad: usize, answer: Vec<u8>) -> (HttpClient, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint: Endpoint = format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap();
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
    let waiting = tokio::time::timeout(Duration::from_millis(100), call(&client, "x")).await;
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
async fn an_http1_server_that_took_the_request_and_left_is_not_asked_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint: Endpoint = format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap();
    let client = HttpClient::new(&endpoint, ClientConfig::new()).unwrap();
    let call = tokio::spawn(client.send(request(Version::HTTP_11, "/", "x")));
    let (mut stream, _) = listener.accept().await.unwrap();
    stream.read_exact(&mut [0; 16]).await.unwrap();
    drop(stream);
    let error = call.await.unwrap().unwrap_err();
    assert!(error.is_lost() && !error.never_started(), "{error:?}");
    assert!(tokio::time::timeout(Duration::from_millis(50), listener.accept()).await.is_err());
}

#[tokio::test]
async fn calls_in_the_pause_after_a_failure_fail_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let endpoint: Endpoint = format!("tcp://{address}").parse().unwrap();
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
async fn connecting_has_a_limit() {
    // A listener that never accepts: when its queue is full, further connections hang.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queued = Vec::new();
    while let Ok(stream) = tokio::time::timeout(Duration::from_millis(100), TcpStream::connect(address)).await
    {
        queued.push(stream.unwrap());
        assert!(queued.len() < 100, "the queue is never full");
    }
    let endpoint: Endpoint = format!("tcp://{address}").parse().unwrap();
    let config = ClientConfig::new().connect_timeout(Duration::from_millis(100));
    let error = HttpClient::new(&endpoint, config).unwrap().ready(Version::HTTP_2).await.unwrap_err();
    assert!(error.is_connect() && error.is_timeout(), "{error:?}");
}
