//! Sessions, as the page has them: what the caller says on one connection, and what the server does.

use bytes::Bytes;
use http::Request;
use polyrpc_test_support::Page;
use polyrpc_transports::Body;
use tower::ServiceExt;

use crate::feed::{Source, server};

/// What a server says to a caller that says this and then nothing more.
async fn said(text: String) -> String {
    let request = Request::post("/").header("content-type", "application/x-ndjson");
    let request = request.body(Body::from(Bytes::from(text))).unwrap();
    let Ok(response) = server(&Source::default()).into_service().unwrap().oneshot(request).await;
    assert_eq!(response.headers()["content-type"], "application/x-ndjson");
    let body = response.into_body().collect(1 << 20).await.unwrap().data;
    String::from_utf8(body.to_vec()).unwrap()
}

#[tokio::test]
async fn the_page_is_right() {
    let page = Page::read("protocols/jsonrpc.md");
    let blocks: Vec<_> = page.blocks(&["session", "feed"]).collect();
    assert!(blocks.len() > 8, "{}", blocks.len());
    for block in blocks {
        let lines = |mark: &str| -> String {
            let marked = block.text.lines().filter_map(|line| line.strip_prefix(mark));
            marked.map(|line| format!("{line}\n")).collect()
        };
        assert_eq!(said(lines("> ")).await, lines("< "), "line {}", block.line);
    }
}
