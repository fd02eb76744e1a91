//! `grpc-timeout`: every unit, what is malformed, and what happens when the time is over.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use polyrpc_core::{CallExt, Code};

use crate::support::{Answer, Scripted, Served, Wire, head, request};

/// The milliseconds in a reply of `Remaining`.
pub(crate) fn millis(answer: &Answer) -> Option<u64> {
    let message = answer.data.get(6..)?;
    Some(message.iter().rev().fold(0, |all, byte| all << 7 | u64::from(byte & 0x7f)))
}

#[tokio::test]
async fn every_unit_is_read() {
    let served = Served::start().await;
    let raw = served.raw().await;
    for (value, expected) in [
        ("2H", 7_200_000),
        ("3M", 180_000),
        ("40S", 40_000),
        ("50000m", 50_000),
        ("60000000u", 60_000),
        ("99999999n", 99),
        ("00000005S", 5_000),
        ("99999999H", 359_999_996_400_000),
    ] {
        let answer = raw.call("Remaining", &[("grpc-timeout", value)], b"").await;
        let remaining = millis(&answer).unwrap_or_else(|| panic!("{value}: {answer:?}"));
        assert!(remaining <= expected && remaining + 5_000 > expected, "{value}: {remaining}");
    }
    assert_eq!(millis(&raw.call("Remaining", &[], b"").await), None);
}

#[tokio::test]
async fn what_is_malformed_is_refused_and_not_run() {
    let served = Served::start().await;
    let raw = served.raw().await;
    for value in ["", "S", "1", "1s", "-1S", "+1S", "1.5S", "123456789S", "1 S", "0x1S", "1S,2S"] {
        let answer = raw.call("Echo", &[("grpc-timeout", value)], b"").await;
        answer.fails(Code::InvalidArgument, "malformed timeout");
    }
    assert_eq!(served.seen.begun.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn when_the_time_is_over_the_handler_is_dropped_and_the_caller_told() {
    let served = Served::start().await;
    let answer = served.raw().await.call("Stuck", &[("grpc-timeout", "50m")], b"").await;
    answer.fails(Code::DeadlineExceeded, "");
    assert_eq!(served.seen.begun.load(Ordering::SeqCst), 1);
    assert_eq!(served.seen.dropped.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn no_time_at_all_runs_nothing() {
    let served = Served::start().await;
    for value in ["0S", "0n", "1n"] {
        let answer = served.raw().await.call("Stuck", &[("grpc-timeout", value)], b"").await;
        answer.fails(Code::DeadlineExceeded, "");
    }
    assert_eq!(served.seen.begun.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn the_time_runs_while_the_request_is_sent() {
    let served = Served::start().await;
    let raw = served.raw().await;
    let begun = Instant::now();
    let (response, _body) = raw.open(request("Echo").header("grpc-timeout", "50m").body(()).unwrap()).await;
    Answer::read(response).await.unwrap().fails(Code::DeadlineExceeded, "");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_client_sends_what_is_left_and_does_not_wait_longer() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = seen.clone();
    let scripted = Scripted::start(move |request, respond| {
        let kept = kept.clone();
        async move {
            let value = request.headers().get("grpc-timeout").map(|value| value.to_str().unwrap().to_owned());
            kept.lock().unwrap().push(value);
            std::future::pending::<()>().await;
            drop((request, respond));
        }
    })
    .await;
    let client = scripted.client().await;
    let status = client.echo("x".into()).within(Duration::from_millis(80)).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    let sent = seen.lock().unwrap()[0].clone().unwrap();
    let nanos: u64 = sent.strip_suffix('n').or_else(|| sent.strip_suffix('u')).unwrap().parse().unwrap();
    assert!(nanos <= 80_000_000 && nanos > 0, "{sent}");
    // 30 s unless somebody says otherwise.
    let waiting = tokio::time::timeout(Duration::from_millis(50), client.echo("x".into())).await;
    assert!(waiting.is_err());
    let sent = seen.lock().unwrap()[1].clone().unwrap();
    assert!(sent.starts_with("29") && sent.ends_with('u'), "{sent}");
}

#[tokio::test]
async fn a_server_that_cancels_after_the_deadline_means_the_deadline() {
    let scripted = Scripted::start(|request, mut respond| async move {
        crate::support::drain(request.into_body()).await;
        let cancelled = head(&[("grpc-status", "1"), ("grpc-message", "theirs")]);
        respond.send_response(cancelled, true).unwrap();
    })
    .await;
    let client = scripted.client().await;
    // In time, it is what it says.
    assert_eq!(client.echo("x".into()).await.unwrap_err().code(), Code::Cancelled);
    let status = client.echo("x".into()).within(Duration::ZERO).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert_ne!(status.message(), "theirs");
}
