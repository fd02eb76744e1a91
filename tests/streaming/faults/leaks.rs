//! Nothing is left behind: no descriptor and no task, whatever became of the calls.
//!
//! Descriptors belong to a process, so that the tests beside this one must be in another.

use std::process::Command;
use std::time::Duration;

use polyrpc::{CallExt, Context, Streaming};
use tokio::runtime::Handle;

use super::lazy;
use super::relay::{Flow, Relay};
use crate::kinds::{Properties, Served, WAYS, serve};
use crate::service::Streams;

/// Says to this program that it runs this test alone.
const ALONE: &str = "POLYRPC_LEAKS_ALONE";

#[test]
fn nothing_is_left_behind() {
    let mut alone = Command::new(std::env::current_exe().unwrap());
    alone.args(["--exact", "faults::leaks::alone", "--nocapture", "--test-threads", "1"]).env(ALONE, "1");
    let done = alone.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(String::from_utf8_lossy(&done.stdout).contains("1 passed"), "it did not run");
}

#[tokio::test]
async fn alone() {
    if std::env::var_os(ALONE).is_none() {
        return;
    }
    let served = serve("tcp://127.0.0.1:0").await;
    // What is made once and kept is there before it is counted.
    for way in WAYS {
        everything(way, &served).await;
    }
    for way in WAYS {
        let before = counted();
        for _ in 0..5 {
            everything(way, &served).await;
        }
        settles(way, before).await;
    }
}

/// Descriptors of this process, and tasks of the runtime.
fn counted() -> (usize, usize) {
    let descriptors = std::fs::read_dir("/proc/self/fd").unwrap().count();
    (descriptors, Handle::current().metrics().num_alive_tasks())
}

/// Waits until there are no more than there were.
async fn settles(way: Properties, before: (usize, usize)) {
    for _ in 0..500 {
        let now = counted();
        if now.0 <= before.0 && now.1 <= before.1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let now = counted();
    panic!("{way:?}: of {before:?} descriptors and tasks it came to {now:?}");
}

/// Calls that end in every way there is.
async fn everything(way: Properties, served: &Served) {
    let client = lazy(way, &served.endpoint);
    let cx = Context::current();
    assert_eq!(client.sum(Streaming::from_items([1, 2])).await.unwrap(), 3);
    assert!(client.fail_after(1).await.unwrap().message().await.is_ok());
    assert!(client.refuse().await.is_err());
    let mut heads = client.subscribe("newHeads".into()).await.unwrap();
    assert!(heads.message().await.unwrap().is_some());
    drop(heads);
    if let Ok(mut late) = client.count(1000, Some(5)).within(Duration::from_millis(20)).await {
        while let Ok(Some(_)) = late.message().await {}
    }
    let pending = Streaming::new(futures_util::stream::pending());
    let shouting = tokio::time::timeout(Duration::from_millis(20), client.shout(&cx, pending)).await;
    drop(shouting);
    for flow in [Flow::Ends(300), Flow::Resets(300), Flow::Stops(300)] {
        for (up, down) in [(flow, Flow::Whole), (Flow::Whole, flow)] {
            let relay = Relay::new(served, up, down).await;
            let spoilt = lazy(way, &relay.endpoint);
            // Whatever comes of them.
            let _ = spoilt.sum(Streaming::from_items([1, 2])).within(Duration::from_millis(50)).await;
            let _ = spoilt.count(100, None).within(Duration::from_millis(50)).await;
        }
    }
}
