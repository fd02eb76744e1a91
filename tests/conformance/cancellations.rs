//! `observed_cancellations`: each call of `count`, `chat` or `sleep` that was dropped before its end, for whatever reason,
//! exactly once.

use std::time::{Duration, Instant};

use polyrpc::{CallExt, Code, StreamSender, Streaming};

use crate::Protocol;
use crate::services::echo::{Echo, EchoClient};

/// Long enough for a handler to run.
const RUNS: Duration = Duration::from_millis(50);

/// Long enough for a cancellation to be counted a second time.
const AGAIN: Duration = Duration::from_millis(50);

/// Asserts that exactly `more` calls have been counted since `before`.
async fn observed(echo: &EchoClient, what: &str, before: u64, more: u64) {
    let begun = Instant::now();
    while echo.observed_cancellations().await.unwrap() < before + more {
        assert!(begun.elapsed() < Duration::from_secs(5), "{what}: it was never observed");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(AGAIN).await;
    assert_eq!(echo.observed_cancellations().await.unwrap(), before + more, "{what}");
}

/// A conversation, and what has been heard of it.
async fn chat(echo: &EchoClient) -> (StreamSender<String, polyrpc::Status>, Streaming<String>) {
    let (sender, lines) = Streaming::channel(1);
    sender.send("a".to_owned()).await.unwrap();
    let mut heard = echo.chat(lines).await.unwrap();
    assert_eq!(heard.message().await.unwrap(), Some("A".to_owned()));
    (sender, heard)
}

pub(crate) async fn are_counted_once(protocol: &Protocol, echo: &EchoClient) {
    let before = echo.observed_cancellations().await.unwrap();
    // What comes to its end is not counted.
    echo.sleep(1).await.unwrap();
    let mut counting = echo.count(3, Some(1)).await.unwrap();
    while counting.message().await.unwrap().is_some() {}
    let mut heard = echo.chat(Streaming::from_items(["a".to_owned()])).await.unwrap();
    while heard.message().await.unwrap().is_some() {}
    drop((counting, heard));
    observed(echo, "calls that ended", before, 0).await;

    assert!(tokio::time::timeout(RUNS, echo.sleep(60_000)).await.is_err());
    observed(echo, "a sleep that is dropped", before, 1).await;
    let late = echo.sleep(60_000).within(RUNS).await.unwrap_err();
    assert_eq!(late.code(), Code::DeadlineExceeded);
    observed(echo, "a sleep past its deadline", before, 2).await;

    let mut counting = echo.count(1_000_000, Some(5)).await.unwrap();
    assert_eq!(counting.message().await.unwrap(), Some(0));
    drop(counting);
    observed(echo, "a count that is dropped", before, 3).await;
    let mut counting = echo.count(1_000_000, Some(5)).within(2 * RUNS).await.unwrap();
    while let Ok(item) = counting.message().await {
        assert!(item.is_some(), "it ended");
    }
    observed(echo, "a count past its deadline", before, 4).await;
    if protocol.tags.contains(&"xmlrpc") {
        // What a caller says arrives there when it has said all.
        return;
    }
    let (sender, heard) = chat(echo).await;
    drop(heard);
    observed(echo, "a chat that is dropped", before, 5).await;
    // Had it gone first, the chat might have come to its end.
    drop(sender);
    let (sender, heard) = chat(echo).await;
    sender.fail(polyrpc::Status::data_loss("the microphone")).await.unwrap();
    drop(heard);
    observed(echo, "a chat whose caller fails", before, 6).await;
    let pending = Streaming::new(futures_util::stream::pending());
    let late = match echo.chat(pending).within(2 * RUNS).await {
        Ok(mut heard) => heard.message().await.map(drop),
        Err(late) => Err(late),
    };
    assert_eq!(late.unwrap_err().code(), Code::DeadlineExceeded);
    observed(echo, "a chat past its deadline", before, 7).await;
}
