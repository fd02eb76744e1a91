//! Bodies that stream: who holds whom back, and who may end first.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use crate::support::{Pour, Seen, Served, channel_body, next_frame, request, until};
use http::{StatusCode, Version};
use http_body::Frame;
use polyrpc_transports::{Body, ServerConfig};
use tokio::time::timeout;

const TCP: &str = "tcp://127.0.0.1:0";
const VERSIONS: [Version; 2] = [Version::HTTP_11, Version::HTTP_2];
const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_stream_that_is_still_sent_when_the_reply_is_over_ends_with_it() {
    let served = Served::start(TCP, ServerConfig::new()).await;
    for version in VERSIONS {
        let client = served.client();
        let (sender, body) = channel_body();
        sender.send(Frame::data("and so on".into())).await.unwrap();
        let response = client.clone().send(request(version, "/teapot", body)).await.unwrap();
        assert_eq!(response.status(), StatusCode::IM_A_TEAPOT);
        assert_eq!(response.into_body().collect(100).await.unwrap().data, "short and stout");
        timeout(SOON, sender.closed()).await.expect("somebody still waits for more of it");
        client.send(request(version, "/plain", "next")).await.unwrap();
    }
}

#[tokio::test]
async fn a_reply_goes_on_when_the_stream_that_asked_for_it_is_over() {
    let served = Served::start(TCP, ServerConfig::new()).await;
    for version in VERSIONS {
        let (sender, body) = channel_body();
        sender.send(Frame::data("question".into())).await.unwrap();
        drop(sender);
        let mut reply = served.client().send(request(version, "/count", body)).await.unwrap().into_body();
        for number in 0..10 {
            let frame = timeout(SOON, next_frame(&mut reply)).await.unwrap().unwrap().unwrap();
            assert_eq!(frame.into_data().unwrap(), number.to_string());
        }
    }
}

#[tokio::test]
async fn a_handler_that_does_not_read_holds_its_caller_back() {
    const MIB: usize = 1 << 20;
    let served = Served::start(TCP, ServerConfig::new()).await;
    for version in VERSIONS {
        let sent = Arc::new(Seen::default());
        let body = Body::stream(Pour(sent.clone(), &[7; 8 * 1024]));
        let call = tokio::spawn(served.client().send(request(version, "/never", body)));
        until("it sends", || sent.poured() > 0).await;
        let mut before = 0;
        // What the system's buffers take is taken by and by.
        while before != sent.poured() {
            before = sent.poured();
            tokio::time::sleep(Duration::from_millis(200)).await;
            assert!(before < 16 * MIB, "{version:?}: {} MiB", before / MIB);
        }
        call.abort();
    }
    // HTTP/1 does not look for the end of a connection whose bytes it holds back.
    until("the HTTP/2 handler is dropped", || served.seen.dropped() == 1).await;
}

#[tokio::test]
async fn ten_thousand_cancelled_calls_of_a_client_hurt_no_other() {
    let served = Served::start(TCP, ServerConfig::new()).await;
    let client = served.client();
    let mut reply = client.clone().send(request(Version::HTTP_2, "/count", "")).await.unwrap().into_body();
    for round in 0..10_000 {
        let (_sender, stream) = channel_body();
        let body = if round % 2 == 0 { Body::from("whole") } else { stream };
        let mut call = pin!(client.clone().send(request(Version::HTTP_2, "/never", body)));
        let polled = std::future::poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx))).await;
        assert!(polled.is_pending());
        // Some are cancelled before they are sent, some while they run.
        if round % 3 == 0 {
            tokio::task::yield_now().await;
        }
    }
    assert!(next_frame(&mut reply).await.unwrap().is_ok());
    client.send(request(Version::HTTP_2, "/plain", "after")).await.unwrap();
    assert_eq!(served.seen.connections(), 1);
    let seen = served.seen.clone();
    until("every handler is dropped", || seen.dropped() == seen.begun() - 2).await;
}

#[tokio::test]
async fn thousands_of_dropped_replies_hurt_no_other() {
    let served = Served::start(TCP, ServerConfig::new()).await;
    let client = served.client();
    let mut reply = client.clone().send(request(Version::HTTP_2, "/count", "")).await.unwrap().into_body();
    for _ in 0..2_000 {
        drop(client.clone().send(request(Version::HTTP_2, "/count", "")).await.unwrap());
    }
    assert!(next_frame(&mut reply).await.unwrap().is_ok());
    client.send(request(Version::HTTP_2, "/plain", "after")).await.unwrap();
    assert_eq!(served.seen.connections(), 1);
}
