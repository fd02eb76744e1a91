//! The client: what it makes of streams in whatever form they come.

use polyrpc_core::{Channel, Code, Status, Streaming};
use polyrpc_test_support::HttpMessage;

use crate::feed::{Feed, FeedClient, FeedError};
use crate::wire::{canned, raw};

const EVENTS: &str = "200 OK\r\ncontent-type: text/event-stream; charset=utf-8";
const JSON: &str = "200 OK\r\ncontent-type: application/json";

/// The items that a stream has, and how it ends.
async fn read<E>(stream: Result<Streaming<u64, E>, E>) -> (Vec<u64>, Result<(), E>) {
    let mut items = Vec::new();
    let mut stream = match stream {
        Ok(stream) => stream,
        Err(error) => return (items, Err(error)),
    };
    loop {
        match stream.message().await {
            Ok(Some(item)) => items.push(item),
            Ok(None) => return (items, Ok(())),
            Err(error) => return (items, Err(error)),
        }
    }
}

fn client(endpoint: String) -> FeedClient {
    FeedClient::new(Channel::builder(endpoint).message_limit(200).lazy().unwrap())
}

async fn count(head: &str, body: &str) -> (Vec<u64>, Result<(), Status>) {
    let (endpoint, _request) = canned(head, body).await;
    read(client(endpoint).count(3).await).await
}

fn item(value: &str) -> String {
    format!(r#"data: {{"jsonrpc":"2.0","method":"x","params":{{"subscription":1,"result":{value}}}}}"#)
}

const DONE: &str = r#"data: {"jsonrpc":"2.0","result":null,"id":1}"#;

#[tokio::test]
async fn it_asks_for_events_and_takes_an_array() {
    let (endpoint, request) = canned(JSON, r#"{"jsonrpc":"2.0","result":[0, 1 ,2],"id":1}"#).await;
    let (items, end) = read(client(endpoint).count(3).await).await;
    assert_eq!(items, [0, 1, 2]);
    end.unwrap();
    let request: HttpMessage = request.await.unwrap();
    assert_eq!(request.header("accept"), Some("text/event-stream, application/json"));
    assert_eq!(request.body, r#"{"jsonrpc":"2.0","method":"feed.count","params":{"n":3},"id":1}"#);

    let (items, end) = count(JSON, r#"{"jsonrpc":"2.0","result":{"a":1},"id":1}"#).await;
    assert!(items.is_empty());
    assert_eq!(end.unwrap_err().message(), r#"the result is not an array of the stream's items: {\"a\":1}"#);
    let (_, end) = count(JSON, r#"{"jsonrpc":"2.0","error":{"code":-32005,"message":"gone"},"id":1}"#).await;
    assert_eq!(end.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn events_are_read_however_they_are_written() {
    let other = r#"data: {"jsonrpc":"2.0","method":"x","params":{"subscription":2,"result":9}}"#;
    let progress = r#"data: {"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":50}}"#;
    let ping = r#"data: {"jsonrpc":"2.0","method":"ping","id":7}"#;
    let spread = item("[\n").replace("[\n", "\ndata: 1\ndata: ");
    for end in ["\n", "\r\n", "\r"] {
        let text = format!(
            "\u{feff}: hello\n\nid: 1\n{}\n\n{other}\n\n{progress}\n\n{ping}\n\nevent: ping\ndata: {{}}\n\n\
             {spread}\n\nevent: message\n{}\n\n{DONE}\n\ndata: what comes behind it\n\n",
            item("0"),
            item(" 2 "),
        );
        let (items, ended) = count(EVENTS, &text.replace('\n', end)).await;
        assert_eq!(items, [0, 1, 2], "{end:?}");
        ended.unwrap();
    }
}

#[tokio::test]
async fn a_response_in_an_event_may_have_all_the_items() {
    let all = r#"data: {"jsonrpc":"2.0","result":[4,5],"id":1}"#;
    let (items, end) = count(EVENTS, &format!("{all}\n\n")).await;
    assert_eq!(items, [4, 5]);
    end.unwrap();
    let (items, end) = count(EVENTS, &format!("{}\n\n{all}\n\n", item("0"))).await;
    assert_eq!((items, end.unwrap_err().message()), (vec![0], "the stream ended with a result: [4,5]"));
}

#[tokio::test]
async fn failures_end_the_stream_behind_its_items() {
    let error = r#"data: {"jsonrpc":"2.0","error":{"code":-32009,"message":"m","data":{"code":"FAILED_PRECONDITION","details":[{"type":"feed.v1.FeedError","value":{"Ended":{"count":1}}}]}},"id":1}"#;
    let head = EVENTS.replace("OK", "Fine");
    let (endpoint, _request) = canned(&head, &format!("{}\n\n{error}\n\n", item("0"))).await;
    let client = FeedClient::new(Channel::builder(endpoint).lazy().unwrap());
    let (items, end) = read(client.fail_after(1).await).await;
    assert_eq!(items, [0]);
    assert!(matches!(end, Err(FeedError::Ended { count: 1 })), "{end:?}");

    let long = "x".repeat(300);
    let cases = [
        (String::new(), Code::Unknown, "the stream ended without the response"),
        (DONE.to_owned(), Code::Unknown, "the stream ended without the response"),
        ("data: what\n\n".to_owned(), Code::Internal, "the response is not JSON: what"),
        (DONE.replace(":1", ":2") + "\n\n", Code::Internal, "another id than the call: 2, not 1"),
        (item("\"a\"") + "\n\n", Code::Internal, "an item of feed.v1.Feed/Count does not decode"),
        (
            item(&long) + "\n\n",
            Code::ResourceExhausted,
            "a message of the stream is over the limit of 200 bytes",
        ),
        (format!("data: {long}"), Code::ResourceExhausted, "over the limit of 200 bytes"),
    ];
    for (rest, code, text) in cases {
        let (items, end) = count(EVENTS, &format!("{}\n\n{rest}", item("0"))).await;
        let status = end.unwrap_err();
        assert_eq!((items, status.code()), (vec![0], code), "{status}");
        assert!(status.message().contains(text), "{status}");
    }
    let torn = format!("HTTP/1.1 {EVENTS}\r\ncontent-length: 1000\r\n\r\n{}\n\n", item("0"));
    let (endpoint, _request) = raw(torn).await;
    let (items, end) = read(FeedClient::new(Channel::builder(endpoint).lazy().unwrap()).count(3).await).await;
    assert_eq!((items, end.unwrap_err().code()), (vec![0], Code::Unavailable));
}

#[tokio::test]
async fn metadata_behind_the_items_is_kept() {
    let done = DONE.replace("}", r#","rpc":{"metadata":{"x-cost":["7","8"],"x-bad":1}}}"#);
    let (endpoint, _request) = canned(EVENTS, &format!("{}\n\n{done}\n\n", item("0"))).await;
    let mut stream = client(endpoint).count(1).await.unwrap();
    while stream.message().await.unwrap().is_some() {}
    let trailers = stream.trailers().unwrap();
    assert_eq!(trailers.iter().collect::<Vec<_>>(), [("x-cost", "7"), ("x-cost", "8")]);
}
