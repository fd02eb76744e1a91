//! Sessions, as the page has them: what the caller says on one connection, and what the server does.

use std::future::poll_fn;
use std::pin::Pin;

use http::Request;
use http_body::Body as _;
use polyrpc_test_support::{Page, sent_body};
use tower::ServiceExt;

use crate::feed::{Source, server};

/// Has each timeout be the same: what is left of a deadline.
fn some_time(text: &str) -> String {
    let mut pieces = text.split("\"timeout\":\"2");
    let mut same = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let rest = piece.trim_start_matches(|letter: char| letter.is_ascii_digit());
        same += &format!("\"timeout\":\"some{rest}");
    }
    same
}

/// Plays a block: says the caller's lines, reads on where the server's come, and gives all that the server said.
async fn played(block: &str) -> String {
    let (says, body) = sent_body();
    let request = Request::post("/").header("content-type", "application/x-ndjson");
    let request = request.body(body).unwrap();
    let Ok(response) = server(&Source::default()).into_service().unwrap().oneshot(request).await;
    assert_eq!(response.headers()["content-type"], "application/x-ndjson");
    let mut answers = response.into_body();
    let (mut said, mut expected) = (Vec::new(), 0);
    let lines = |said: &[u8]| said.iter().filter(|byte| **byte == b'\n').count();
    for line in block.lines() {
        match line.strip_prefix("> ") {
            Some(line) => {
                while lines(&said) < expected {
                    let frame = poll_fn(|cx| Pin::new(&mut answers).poll_frame(cx))
                        .await
                        .expect("the server ended")
                        .unwrap();
                    said.extend_from_slice(&frame.into_data().unwrap());
                }
                says.send(format!("{line}\n").into()).unwrap();
            }
            None => expected += 1,
        }
    }
    drop(says);
    said.extend_from_slice(&answers.collect(1 << 20).await.unwrap().data);
    some_time(&String::from_utf8(said).unwrap())
}

#[tokio::test]
async fn the_page_is_right() {
    let page = Page::read("protocols/jsonrpc.md");
    let blocks: Vec<_> = page.blocks(&["session", "feed"]).collect();
    assert!(blocks.len() > 8, "{}", blocks.len());
    for block in blocks {
        let answers = block.text.lines().filter_map(|line| line.strip_prefix("< "));
        let expected: String = answers.map(|line| format!("{line}\n")).collect();
        assert_eq!(played(&block.text).await, some_time(&expected), "line {}", block.line);
    }
}
