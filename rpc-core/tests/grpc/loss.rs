//! Calls that are given up, cancelled, or lose their connection.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::Bytes;
use h2::Reason;
use polyrpc_core::{Code, Status};
use polyrpc_test_support::Page;

use crate::support::{Answer, Scripted, Served, Wire, WireClient, drain, framed, head, request, text};

/// Waits for what happens in another task.
async fn eventually(what: impl Fn() -> bool) {
    let begun = Instant::now();
    while !what() {
        assert!(begun.elapsed() < Duration::from_secs(5), "it did not happen");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn reset_before_the_head(reason: Reason) -> Status {
    let scripted = Scripted::start(move |request, mut respond| async move {
        drain(request.into_body()).await;
        respond.send_reset(reason);
    })
    .await;
    scripted.client().await.echo("x".into()).await.unwrap_err()
}

async fn reset_in_the_body(reason: Reason) -> Status {
    let scripted = Scripted::start(move |request, mut respond| async move {
        drain(request.into_body()).await;
        let mut body = respond.send_response(head(&[]), false).unwrap();
        body.send_data(Bytes::from(framed(&text("hi"))), false).unwrap();
        // What is queued is dropped by a reset.
        tokio::time::sleep(Duration::from_millis(10)).await;
        body.send_reset(reason);
    })
    .await;
    scripted.client().await.echo("x".into()).await.unwrap_err()
}

#[tokio::test]
async fn a_reset_is_what_the_specification_says() {
    let page = Page::read("protocols/grpc.md");
    let rows: Vec<_> = page.blocks(&["grpc", "resets"]).flat_map(|block| block.rows()).collect();
    assert_eq!(rows.len(), 14);
    for row in rows {
        let [name, number, code] = row[..] else { panic!("{row:?}") };
        let (reason, code) = (Reason::from(number.parse::<u32>().unwrap()), Code::from_name(code).unwrap());
        assert_eq!(format!("{reason:?}"), name);
        let status = reset_before_the_head(reason).await;
        assert_eq!(status.code(), code, "{reason:?}: {status}");
        let status = reset_in_the_body(reason).await;
        assert_eq!(status.code(), code, "{reason:?} in the body: {status}");
    }
}

#[tokio::test]
async fn a_lost_connection_fails_every_call_within_100_ms() {
    let scripted = Scripted::start(|request, respond| async move {
        std::future::pending::<()>().await;
        drop((request, respond));
    })
    .await;
    let client = scripted.client().await;
    let calls: Vec<_> = (0..10)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { (client.stuck().await.unwrap_err(), Instant::now()) })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    scripted.sever();
    let severed = Instant::now();
    for call in calls {
        let (status, told) = call.await.unwrap();
        assert_eq!(status.code(), Code::Unavailable, "{status}");
        assert!(told - severed < Duration::from_millis(100), "{:?}", told - severed);
    }
}

#[tokio::test]
async fn a_connection_lost_in_the_middle_of_a_response_is_unavailable() {
    let scripted = Scripted::start(|request, mut respond| async move {
        drain(request.into_body()).await;
        let mut body = respond.send_response(head(&[]), false).unwrap();
        body.send_data(Bytes::from(framed(&text("hi"))), false).unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    let client = scripted.client().await;
    let call = tokio::spawn(async move { client.echo("x".into()).await.unwrap_err() });
    tokio::time::sleep(Duration::from_millis(50)).await;
    scripted.sever();
    assert_eq!(call.await.unwrap().code(), Code::Unavailable);
}

#[tokio::test]
async fn a_caller_that_resets_or_leaves_drops_its_handler() {
    let served = Served::start().await;
    let raw = served.raw().await;
    let (_response, mut body) = raw.open(request("Stuck").body(()).unwrap()).await;
    body.send_data(Bytes::from(framed(b"")), true).unwrap();
    let (seen, other) = (served.seen.clone(), served.seen.clone());
    eventually(move || seen.begun.load(Ordering::SeqCst) == 1).await;
    body.send_reset(Reason::CANCEL);
    eventually(move || other.dropped.load(Ordering::SeqCst) == 1).await;
    // The connection lives on.
    assert_eq!(raw.call("Echo", &[], &text("hi")).await.code(), Code::Ok);
}

#[tokio::test]
async fn a_request_that_is_given_up_half_way_runs_nothing() {
    let served = Served::start().await;
    let raw = served.raw().await;
    let (response, mut body) = raw.open(request("Echo").body(()).unwrap()).await;
    body.send_data(Bytes::from_static(b"\0\0"), false).unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    body.send_reset(Reason::CANCEL);
    assert!(Answer::read(response).await.is_err());
    assert_eq!(raw.call("Echo", &[], &text("hi")).await.code(), Code::Ok);
    assert_eq!(served.seen.begun.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_client_that_is_dropped_cancels_its_call() {
    let (tell, told) = tokio::sync::oneshot::channel();
    let tell = std::sync::Arc::new(std::sync::Mutex::new(Some(tell)));
    let scripted = Scripted::start(move |request, mut respond| {
        let tell = tell.clone();
        async move {
            drain(request.into_body()).await;
            let reason = std::future::poll_fn(|cx| respond.poll_reset(cx)).await;
            if let Some(tell) = tell.lock().unwrap().take() {
                let _ = tell.send(reason.unwrap());
            }
        }
    })
    .await;
    let client: WireClient = scripted.client().await;
    assert!(tokio::time::timeout(Duration::from_millis(30), client.stuck()).await.is_err());
    assert_eq!(told.await.unwrap(), Reason::CANCEL);
}

#[tokio::test]
async fn nobody_there_is_unavailable() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let channel = polyrpc_core::Channel::builder(format!("tcp://{address}")).lazy().unwrap();
    let status = WireClient::new(channel).echo("x".into()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status}");
}
