//! Streams over HTTP POST: events, and arrays.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body::Body as _;
use polyrpc_core::Server;
use polyrpc_test_support::Page;
use polyrpc_transports::Body;
use tower::ServiceExt;

use crate::feed::{Source, server};
use crate::shop::{Answer, call, post, post_with, result};

const EVENTS: [(&str, &str); 2] =
    [("content-type", "application/json"), ("accept", "application/json, text/event-stream")];

async fn events(server: Server, body: impl Into<Bytes>) -> Answer {
    post_with(server, &EVENTS, body).await
}

/// The head and the body of an answer in events, which is not read yet.
async fn open(server: Server, body: String) -> (HeaderMap, Body) {
    let mut request = Request::post("/");
    for (name, value) in EVENTS {
        request = request.header(name, value);
    }
    let request = request.body(Body::from(Bytes::from(body))).unwrap();
    let Ok(response) = server.into_service().unwrap().oneshot(request).await;
    let (head, body) = response.into_parts();
    (head.headers, body)
}

#[tokio::test]
async fn each_item_is_an_event_and_the_response_is_the_last() {
    let answer = events(server(&Source::default()), call("feed.v1.Feed/Count", "[2]", 7)).await;
    assert_eq!(answer.headers["content-type"], "text/event-stream");
    assert_eq!(answer.headers["cache-control"], "no-cache");
    let expected = concat!(
        r#"data: {"jsonrpc":"2.0","method":"feed.v1.Feed/Count","params":{"subscription":7,"result":0}}"#,
        "\n\n",
        r#"data: {"jsonrpc":"2.0","method":"feed.v1.Feed/Count","params":{"subscription":7,"result":1}}"#,
        "\n\n",
        r#"data: {"jsonrpc":"2.0","result":null,"id":7}"#,
        "\n\n",
    );
    assert_eq!(answer.body, expected);
}

#[tokio::test]
async fn notifications_may_have_a_name_of_their_own() {
    let answer = events(server(&Source::default()), call("feed_subscribe", "[]", 1)).await;
    let item = r#"data: {"jsonrpc":"2.0","method":"feed_news","params":{"subscription":1,"result":7}}"#;
    assert_eq!(answer.body.lines().next(), Some(item));
}

#[tokio::test]
async fn what_is_ready_goes_in_one_piece_and_no_more_is_made_than_is_read() {
    let source = Source::default();
    let (_, mut body) = open(server(&source), call("feed.count", "[1000000]", 1)).await;
    let first = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await.unwrap().unwrap();
    let first = first.into_data().unwrap();
    assert!((31 << 10..33 << 10).contains(&first.len()), "{}", first.len());
    tokio::time::sleep(Duration::from_millis(50)).await;
    let made = source.made.load(Ordering::SeqCst);
    let sent = first.windows(2).filter(|bytes| bytes == b"\n\n").count();
    assert!((sent..=sent + 1).contains(&made), "{made} of {sent}");
    drop(body);
    assert_eq!(source.dropped.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_error_in_the_stream_is_the_response_and_one_before_it_is_no_event() {
    let answer = events(server(&Source::default()), call("feed.fail_after", "[1]", 1)).await;
    let (item, error) = answer.body.trim_end().split_once("\n\n").unwrap();
    assert!(item.ends_with(r#""params":{"subscription":1,"result":0}}"#), "{item}");
    let error: serde_json::Value = serde_json::from_str(error.strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!((error["error"]["code"].as_i64(), &error["id"]), (Some(-32009), &1.into()));
    assert_eq!(error["error"]["data"]["details"][0]["value"]["Ended"]["count"], 1);

    for body in [call("feed.refuse", "[]", 1), call("feed.count", "[\"x\"]", 1), call("feed.none", "[]", 1)] {
        let answer = events(server(&Source::default()), body).await;
        assert!(answer.ok().starts_with(r#"{"jsonrpc":"2.0","error":{"#), "{}", answer.body);
    }
}

#[tokio::test]
async fn without_the_header_and_in_a_batch_items_are_gathered() {
    let gathered = result("[0,1,2]", 1);
    assert_eq!(post(server(&Source::default()), call("feed.count", "[3]", 1)).await.ok(), gathered);
    let batch = format!("[{},{}]", call("feed.count", "[3]", 1), call("feed.count", "[0]", 2));
    let answer = events(server(&Source::default()), batch).await;
    assert_eq!(answer.ok(), format!("[{gathered},{}]", result("[]", 2)));
    let failed = post(server(&Source::default()), call("feed.fail_after", "[2]", 1)).await;
    assert_eq!(failed.error(), (-32009, "ended after 2".to_owned(), "1".to_owned()));
}

#[tokio::test]
async fn gathered_items_have_a_limit() {
    // Ninety items of one digit and two, and the commas between them.
    let exact = post(server(&Source::default()).message_limit(262), call("feed.count", "[90]", 1)).await;
    assert!(exact.ok().contains("88,89]"), "{}", exact.body);
    let source = Source::default();
    let over = post(server(&source).message_limit(262), call("feed.count", "[1000000]", 1)).await;
    let text = "the items of the stream are over the limit of 262 bytes: read it as a stream";
    assert_eq!(over.error(), (-32008, text.to_owned(), "1".to_owned()));
    assert!(source.made.load(Ordering::SeqCst) < 200);
    assert_eq!(source.dropped.load(Ordering::SeqCst), 1);
    // Read as a stream it has none.
    let read = events(server(&Source::default()).message_limit(262), call("feed.count", "[1000]", 1)).await;
    assert!(read.body.contains(r#""result":999}}"#));
}

#[tokio::test]
async fn a_notification_makes_the_call_and_leaves_its_stream_unread() {
    let source = Source::default();
    let body = r#"{"jsonrpc":"2.0","method":"feed.count","params":[1000000]}"#;
    let answer = events(server(&source), body).await;
    assert_eq!((answer.status.as_u16(), &*answer.body), (204, ""));
    assert_eq!((source.dropped.load(Ordering::SeqCst), source.made.load(Ordering::SeqCst)), (1, 0));
}

#[tokio::test]
async fn trailers_come_in_the_response() {
    let (headers, body) = open(server(&Source::default()), call("feed.priced", "[[\"tea\"]]", 1)).await;
    assert_eq!(headers["x-currency"], "EUR");
    assert!(!headers.contains_key("x-shop"));
    let body = body.collect(1000).await.unwrap().data;
    let last = concat!(
        r#"data: {"jsonrpc":"2.0","result":null,"id":1,"#,
        r#""rpc":{"metadata":{"x-shop":"seven","x-total":"1.00"}}}"#,
        "\n\n"
    );
    assert!(body.ends_with(last.as_bytes()), "{body:?}");
    // In an array they are headers.
    let answer = post(server(&Source::default()), call("feed.priced", "[[\"tea\"]]", 1)).await;
    assert_eq!(answer.ok(), result("[\"tea: 1.00\"]", 1));
    assert_eq!(answer.headers["x-shop"], "seven");
    assert_eq!(answer.headers["x-total"], "1.00");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_passes_ends_the_stream() {
    let headers = [EVENTS[0], EVENTS[1], ("rpc-timeout", "0n")];
    let answer = post_with(server(&Source::default()), &headers, call("feed.count", "[3]", 1)).await;
    assert_eq!(answer.error().0, -32004);
}

#[tokio::test]
async fn elements_may_be_as_deep_as_arguments_and_no_deeper() {
    let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    let params = |levels| format!("[[1,{}]]", deep(levels));
    let fine = post(server(&Source::default()), call("feed.depths", &params(128), 1)).await;
    assert_eq!(fine.ok(), result("2", 1));
    let answer = post(server(&Source::default()), call("feed.depths", &params(129), 1)).await;
    let text = "Invalid params: values[1]: values nested deeper than 128";
    assert_eq!(answer.error(), (-32602, text.to_owned(), "1".to_owned()));
}

#[tokio::test]
async fn the_page_is_right() {
    let page = Page::read("protocols/jsonrpc.md");
    let rows: Vec<_> = page.blocks(&["json", "feed"]).flat_map(|block| block.rows()).collect();
    assert!(rows.len() > 8, "{}", rows.len());
    for row in rows {
        let [body, promised] = row[..] else { panic!("{row:?}") };
        let answer = post(server(&Source::default()), body.to_owned()).await;
        let is = if answer.body.is_empty() { answer.status.as_str() } else { answer.ok() };
        assert_eq!(is, promised, "{body}");
    }
    let shown: Vec<_> = page.blocks(&["http", "feed"]).collect();
    assert_eq!(shown.len(), 6);
    for pair in shown.chunks(2) {
        let [request, response] = pair else { panic!("{pair:?}") };
        let (request, response) =
            [request, response].map(|block| polyrpc_test_support::HttpMessage::parse(&block.text)).into();
        let headers: Vec<_> = request.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
        let answer = post_with(server(&Source::default()), &headers, request.body).await;
        let joined: String = answer.body.lines().collect();
        assert_eq!(joined, response.body);
        assert_eq!(format!("HTTP/1.1 {}", answer.status), response.start);
        for (name, value) in &response.headers {
            assert_eq!(answer.headers[name], value.as_str());
        }
    }
}
