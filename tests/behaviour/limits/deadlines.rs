//! How long a call may take.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::pending;
use http::Request;
use polyrpc::{Channel, Code, Server};
use tokio::time::Instant;
use tower::ServiceExt;

use crate::support::{
    Folder, PROTOCOLS, Probe, ProbeClient, ProbeServer, Served, Subject, framed, grpc, post, unique, until,
};

#[tokio::test(start_paused = true)]
async fn a_client_waits_thirty_seconds_and_a_method_may_say_otherwise() {
    for protocol in PROTOCOLS {
        let folder = Folder::new();
        for endpoint in [folder.socket(), format!("mem:{}", unique("deadline"))] {
            let subject = Subject::new();
            let seen = subject.0.clone();
            let served =
                Served::start(Server::new().service(ProbeServer::new(subject)).listen(&endpoint)).await;
            let client = served.client(protocol).await;
            let begun = Instant::now();
            let late = client.hang().await.unwrap_err();
            assert_eq!(late.code(), Code::DeadlineExceeded, "{protocol}+{endpoint}");
            assert_eq!(begun.elapsed().as_secs(), 30, "{protocol}+{endpoint}");
            until("the handler is dropped too", || seen.dropped() == 1).await;
            let begun = Instant::now();
            // `#[rpc(timeout = "2s")]`
            let late = client.hurried().await.unwrap_err();
            assert_eq!(late.code(), Code::DeadlineExceeded, "{protocol}+{endpoint}");
            assert_eq!(begun.elapsed().as_secs(), 2, "{protocol}+{endpoint}");
        }
    }
    let local = ProbeClient::local(Subject::new());
    let begun = Instant::now();
    assert_eq!(local.hang().await.unwrap_err().code(), Code::DeadlineExceeded);
    assert_eq!(begun.elapsed().as_secs(), 30);
}

#[tokio::test]
async fn a_server_drops_the_handler_at_the_deadline_and_tells_the_caller() {
    let (served, seen) = Served::probe().await;
    let answer =
        grpc(served.address(), "/behaviour.v1.Probe/Hang", &[("grpc-timeout", "80m")], &framed(b"")).await;
    assert_eq!(answer.outcome().0, 4, "{answer:?}");
    assert_eq!((seen.begun(), seen.dropped()), (1, 1));
    let json = r#"{"jsonrpc":"2.0","id":1,"method":"probe.hang"}"#;
    let answer = post(served.address(), "application/json", "rpc-timeout: 80m\r\n", json).await;
    assert!(answer.status == 200 && answer.body.contains("-32004"), "{answer:?}");
    let xml = "<?xml version=\"1.0\"?><methodCall><methodName>probe.hang</methodName></methodCall>";
    let answer = post(served.address(), "text/xml", "rpc-timeout: 80000u\r\n", xml).await;
    assert!(answer.status == 200 && answer.body.contains("-32004"), "{answer:?}");
    assert_eq!((seen.begun(), seen.dropped()), (3, 3));
}

#[tokio::test]
async fn a_connection_that_nobody_makes_is_given_up_in_time() {
    // A server that accepts and never answers: the call's own deadline ends the wait.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    for protocol in PROTOCOLS {
        let endpoint = format!("{protocol}+tcp://{}", listener.local_addr().unwrap());
        let builder = Channel::builder(endpoint).deadline(Duration::from_millis(100));
        let late = ProbeClient::new(builder.lazy().unwrap()).add(1, 2).await.unwrap_err();
        assert_eq!(late.code(), Code::DeadlineExceeded, "{protocol}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_callers_time_runs_while_the_request_comes() {
    for content_type in ["application/json", "text/xml"] {
        let subject = Subject::new();
        let seen = subject.0.clone();
        let service = Server::new().service(ProbeServer::new(subject)).into_service().unwrap();
        let never = axum::body::Body::from_stream(pending::<Result<Bytes, Infallible>>());
        let request = Request::post("/").header("content-type", content_type).header("rpc-timeout", "80m");
        let begun = Instant::now();
        let Ok(response) = service.oneshot(request.body(never).unwrap()).await;
        assert_eq!(
            (response.status().as_u16(), begun.elapsed().as_millis() / 10),
            (200, 8),
            "{content_type}"
        );
        let body = response.into_body().collect(1000).await.unwrap().data;
        assert!(String::from_utf8_lossy(&body).contains("-32004"), "{content_type}: {body:?}");
        assert_eq!(seen.begun(), 0);
    }
}
