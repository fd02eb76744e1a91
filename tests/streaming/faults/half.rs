//! Peers that close their half of a connection, and listen.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::in_time;
use crate::kinds::{Served, serve, soon};

/// Says something, closes its half, and hears all that comes.
async fn say_all_and_hear(served: &Served, words: &str) -> String {
    let mut stream = TcpStream::connect(served.address()).await.unwrap();
    stream.write_all(words.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut heard = String::new();
    in_time("a half-closed connection", stream.read_to_string(&mut heard)).await.unwrap();
    heard
}

fn count(n: u64, pause: u64) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "streams.count", "params": [n, pause]})
}

/// HTTP has no half-closed connections: who closes one is taken to be gone, as most servers do, so that nothing runs for
/// nobody.
#[tokio::test]
async fn a_caller_by_http_that_closes_its_half_is_gone() {
    let served = serve("tcp://127.0.0.1:0").await;
    let xml = "<methodCall><methodName>streams.count</methodName><params><param><value><i4>1000000</i4></value></param>\
               <param><value><i4>5</i4></value></param></params></methodCall>";
    let json = count(1_000_000, 5).to_string();
    for (number, (headers, body)) in (1..).zip([
        ("content-type: application/json", &*json),
        ("content-type: application/json\r\naccept: text/event-stream", &json),
        ("content-type: text/xml", xml),
    ]) {
        let mut stream = TcpStream::connect(served.address()).await.unwrap();
        let head = format!("POST / HTTP/1.1\r\nhost: 127.0.0.1\r\n{headers}");
        let request = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        stream.write_all(request.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(served.sample.cancelled(), number - 1, "{headers}: it runs");
        stream.shutdown().await.unwrap();
        let sample = served.sample.clone();
        let took = soon(move || sample.cancelled() == number).await;
        assert!(took < Duration::from_millis(100), "{headers}: {took:?}");
    }
}

#[tokio::test]
async fn lines_are_answered_behind_spaces_while_they_wait() {
    let served = serve("tcp://127.0.0.1:0").await;
    let heard = say_all_and_hear(&served, &format!("{}\n", count(2, 200))).await;
    let messages: Vec<Value> = heard.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(messages.len(), 4, "{heard}");
    assert_eq!(messages[3]["params"]["done"], true);
    assert!(heard.lines().any(|line| line.starts_with(' ')), "{heard}");
}

#[tokio::test]
async fn a_line_without_its_end_is_read_too() {
    let served = serve("tcp://127.0.0.1:0").await;
    let heard = say_all_and_hear(&served, &count(1, 0).to_string()).await;
    assert_eq!(heard.lines().count(), 3, "{heard}");
}

/// What was not ended is not taken for whole.
#[tokio::test]
async fn an_argument_that_is_not_ended_fails_the_call() {
    let served = serve("tcp://127.0.0.1:0").await;
    let call = json!({"jsonrpc": "2.0", "id": "up", "method": "streams.sum"});
    let next = json!({"jsonrpc": "2.0", "method": "rpc.next", "params": ["up", 7]});
    let heard = say_all_and_hear(&served, &format!("{call}\n{next}\n")).await;
    let answer: Value = serde_json::from_str(&heard).unwrap();
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&json!("up"), &json!(-32014)), "{heard}");
    assert!(served.sample.sums.lock().unwrap().is_empty());
}
