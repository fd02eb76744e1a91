//! Clients that die without a word.

use super::children::{Child, User};
use super::*;
use crate::support::{Served, until};
use polyrpc_transports::ServerConfig;

#[tokio::test]
async fn all_of_a_client_that_was_killed_is_gone_within_a_second() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    for (task, says) in [("stream", "streams"), ("wait", "waits"), ("idle", "idles")] {
        let (begun, dropped) = (served.seen.begun(), served.seen.dropped());
        let (mut child, said) = Child::that(task, &name.endpoint(), User::Own).await;
        assert_eq!(said, says);
        until("it calls", || served.seen.begun() > begun).await;
        let replies = name.open_replies();
        assert_eq!(replies.len(), 1);
        child.kill();
        let began = Instant::now();
        until("its queue is removed", || !exists(&replies[0])).await;
        until("it is forgotten", || name.open_replies().is_empty()).await;
        if task == "wait" {
            until("its handler is dropped", || served.seen.dropped() > dropped).await;
        }
        assert!(began.elapsed() < Duration::from_secs(1), "{task}: {:?}", began.elapsed());
    }
    is_answered(&client(&name.endpoint())).await;
    served.stop().await;
}

#[tokio::test]
async fn what_a_client_left_is_removed_by_a_server_that_stops_at_once() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    let (mut child, _) = Child::that("idle", &name.endpoint(), User::Own).await;
    let replies = name.open_replies();
    assert_eq!(replies.len(), 1);
    child.kill();
    served.stop().await;
    assert!(!exists(&replies[0]));
}
