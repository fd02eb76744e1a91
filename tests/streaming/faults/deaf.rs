//! Peers that never read: what is made for them stays in bounds, and is freed when they go or the call is dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use polyrpc::{CallExt, Code};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::{accepting, in_time, lazy};
use crate::kinds::{Properties, WAYS, serve, soon};
use crate::service::{POURED, Streams, poured};

/// Bytes that may be on their way to who does not read: the windows of HTTP/2, the buffers of sockets.
const MOST: usize = 32 << 20;

/// Waits until no more is made, and says how many bytes were.
async fn settled(what: &str, made: &AtomicUsize) -> usize {
    let mut last = 0;
    let settling = async {
        loop {
            tokio::time::sleep(Duration::from_millis(300)).await;
            let now = made.load(Ordering::SeqCst);
            if now > 0 && now == last {
                return now * POURED;
            }
            assert!(now * POURED <= MOST, "{what}: {now} lines were made for nobody");
            last = now;
        }
    };
    in_time(what, settling).await
}

/// Tells when it is dropped.
struct Held(Arc<AtomicUsize>);

impl Held {
    fn new() -> (Held, Arc<AtomicUsize>) {
        let dropped = Arc::new(AtomicUsize::new(0));
        (Held(dropped.clone()), dropped)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A caller that has called, and reads no item.
#[tokio::test]
async fn a_caller_that_does_not_read_holds_the_handler_back_until_it_goes() {
    for way in WAYS {
        let served = serve("tcp://127.0.0.1:0").await;
        let client = lazy(way, &served.endpoint);
        let mut pouring = client.pour().await.unwrap();
        assert!(pouring.message().await.unwrap().is_some());
        settled(&format!("{way:?}"), &served.sample.poured).await;
        assert_eq!(served.sample.cancelled(), 0, "{way:?}");
        drop(pouring);
        let sample = served.sample.clone();
        let took = soon(move || sample.cancelled() == 1).await;
        // Where all calls share a connection, what has been sent is read before anything else can be said.
        let bound = Duration::from_millis(if way.framing.is_empty() { 100 } else { 5000 });
        assert!(took < bound, "{way:?}: {took:?}");
    }
}

/// Connections from which nobody ever reads, as bytes.
#[tokio::test]
async fn a_connection_that_is_not_read_holds_the_handler_back_until_it_ends() {
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "streams.pour", "params": []}).to_string();
    let post = format!(
        "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\naccept: text/event-stream\r\n\
         content-length: {}\r\n\r\n{call}",
        call.len()
    );
    let (line, framed) = (format!("{call}\n"), format!("Content-Length: {}\r\n\r\n{call}", call.len()));
    for words in [post, line, framed] {
        let served = serve("tcp://127.0.0.1:0").await;
        let mut stream = TcpStream::connect(served.address()).await.unwrap();
        stream.write_all(words.as_bytes()).await.unwrap();
        settled(&words, &served.sample.poured).await;
        assert_eq!(served.sample.cancelled(), 0, "{words}");
        drop(stream);
        let sample = served.sample.clone();
        let took = soon(move || sample.cancelled() == 1).await;
        assert!(took < Duration::from_millis(100), "{words}: {took:?}");
    }
}

/// gRPC, whose windows are never widened.
#[tokio::test]
async fn a_stream_of_http2_that_is_not_read_holds_the_handler_back_until_it_is_reset() {
    let served = serve("tcp://127.0.0.1:0").await;
    let stream = TcpStream::connect(served.address()).await.unwrap();
    let (mut send, connection) = h2::client::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let request = http::Request::post(format!("http://{}/streams.v1.Streams/Pour", served.address()))
        .header("content-type", "application/grpc");
    let (response, mut body) = send.send_request(request.body(()).unwrap(), false).unwrap();
    body.send_data(Bytes::from_static(&[0; 5]), true).unwrap();
    let response = response.await.unwrap();
    settled("http2", &served.sample.poured).await;
    drop((response, body));
    let sample = served.sample.clone();
    let took = soon(move || sample.cancelled() == 1).await;
    assert!(took < Duration::from_millis(100), "{took:?}");
    connection.abort();
}

/// Calls a server that does not read, and drops the call: what was to be sent is freed.
async fn uploads(way: Properties, place: &str) {
    let client = lazy(way, place);
    let (made, (held, dropped)) = (Arc::new(AtomicUsize::new(0)), Held::new());
    let lines = poured(made.clone(), held);
    let call = tokio::spawn(async move { client.hold(lines).await });
    settled(&format!("{way:?}"), &made).await;
    assert!(!call.is_finished(), "{way:?}: {:?}", call.await);
    assert_eq!(dropped.load(Ordering::SeqCst), 0, "{way:?}");
    call.abort();

    let took = soon(|| dropped.load(Ordering::SeqCst) == 1).await;

    assert!(took < Duration::from_millis(100), "{way:?}: {took:?}");
}

#[tokio::test]
async fn a_method_that_does_not_read_holds_its_caller_back_until_the_call_is_dropped() {
    for way in WAYS.into_iter().filter(|way| way.duplex) {
        let served = serve("tcp://127.0.0.1:0").await;
        uploads(way, &served.endpoint).await;
        if way.scheme == "grpc" {
            // A session whose method does not read is not read itself.
            let sample = served.sample.clone();
            let took = soon(move || sample.cancelled() == 1).await;
            assert!(took < Duration::from_millis(100), "{way:?}: {took:?}");
        }
    }
}

#[tokio::test]
async fn a_server_that_does_not_read_holds_its_caller_back_until_the_deadline() {
    let (place, accepting) = accepting().await;
    for way in WAYS.into_iter().filter(|way| way.duplex) {
        let (made, (held, dropped)) = (Arc::new(AtomicUsize::new(0)), Held::new());
        let call =
            lazy(way, &place).hold(poured(made.clone(), held)).within(Duration::from_millis(500)).await;
        assert_eq!(call.unwrap_err().code(), Code::DeadlineExceeded, "{way:?}");
        assert!(made.load(Ordering::SeqCst) * POURED <= MOST, "{way:?}: {made:?}");

        soon(|| dropped.load(Ordering::SeqCst) == 1).await;
    }
    accepting.abort();
}

/// An argument without end is one document there, and has its limit.
#[tokio::test]
async fn a_stream_that_must_be_gathered_is_refused_at_its_limit() {
    let served = serve("tcp://127.0.0.1:0").await;
    for way in WAYS.into_iter().filter(|way| !way.duplex) {
        let (made, (held, dropped)) = (Arc::new(AtomicUsize::new(0)), Held::new());
        let status = lazy(way, &served.endpoint).hold(poured(made.clone(), held)).await.unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
        assert!(made.load(Ordering::SeqCst) * POURED <= 5 << 20);
        assert_eq!(dropped.load(Ordering::SeqCst), 1);
    }
}
