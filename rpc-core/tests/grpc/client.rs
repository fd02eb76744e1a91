//! What our client makes of responses that are not gRPC's.

use http::Response;
use polyrpc_core::Code;
use polyrpc_test_support::Page;

use crate::support::{Scripted, Wire, framed, text};

#[tokio::test]
async fn the_http_status_stands_in_for_the_missing_one() {
    let page = Page::read("protocols/grpc.md");
    let rows: Vec<_> = page.blocks(&["grpc", "http"]).flat_map(|block| block.rows()).collect();
    assert!(rows.len() >= 12);
    for row in rows {
        let [http, code] = row[..] else { panic!("{row:?}") };
        let (http, code): (u16, _) = (http.parse().unwrap(), Code::from_name(code).unwrap());
        let head = Response::builder().status(http).header("content-type", "text/html").body(()).unwrap();
        let scripted = Scripted::answering(head, &[b"<h1>no</h1>"], None).await;
        let status = scripted.client().await.echo("x".into()).await.unwrap_err();
        assert_eq!(status.code(), code, "{http}");
        // A person finds what answered.
        let expected = format!("HTTP {http}");
        assert!(status.message().contains(&expected) && status.message().contains("<h1>no"), "{status}");
    }
}

#[tokio::test]
async fn a_grpc_status_is_worth_more_than_the_http_status() {
    let head = Response::builder().status(503).header("grpc-status", "5").header("grpc-message", "theirs");
    let scripted = Scripted::answering(head.body(()).unwrap(), &[], None).await;
    let status = scripted.client().await.echo("x".into()).await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::NotFound, "theirs"));
}

#[tokio::test]
async fn a_success_in_another_content_type_is_none() {
    for content_type in ["application/json", "application/grpc+json", "application/grpc-web+proto"] {
        let head = Response::builder().header("content-type", content_type).body(()).unwrap();
        let status: &[_] = &[("grpc-status", "0")];
        let scripted = Scripted::answering(head, &[&framed(&text("hi"))], Some(status)).await;
        let status = scripted.client().await.echo("x".into()).await.unwrap_err();
        assert_eq!(status.code(), Code::Unknown, "{content_type}: {status}");
    }
    for content_type in ["application/grpc", "application/grpc+proto", "application/grpc;x=y"] {
        let head = Response::builder().header("content-type", content_type).body(()).unwrap();
        let status: &[_] = &[("grpc-status", "0")];
        let scripted = Scripted::answering(head, &[&framed(&text("hi"))], Some(status)).await;
        assert_eq!(scripted.client().await.echo("x".into()).await.unwrap(), "hi");
    }
}

#[tokio::test]
async fn headers_beyond_the_limit_fail_the_call_alone() {
    let long = "x".repeat(100_000);
    let head = Response::builder().header("content-type", "application/grpc").header("x-long", &long);
    let scripted = Scripted::answering(head.header("grpc-status", "5").body(()).unwrap(), &[], None).await;
    let client = scripted.client().await;
    let status = client.echo("x".into()).await.unwrap_err();
    assert_eq!(status.code(), Code::Internal, "{status}");
    assert_eq!(client.echo("x".into()).await.unwrap_err().code(), Code::Internal);
}
