//! Servers on POSIX message queues that stand still.

use std::time::{Duration, Instant};

use polyrpc::{CallExt, Channel, Code, Server};
use tokio::task::JoinSet;

use crate::signals::{CHILD, Guard, after};
use crate::support::{PROTOCOLS, Probe, ProbeClient, ProbeServer, Subject, unique};

const PATIENCE: Duration = Duration::from_millis(300);

/// Many callers at once, more than the server's queue holds: each is told in time.
async fn all_are_told_in_time(client: &ProbeClient, protocol: &str) {
    let mut calls = JoinSet::new();
    for _ in 0..40 {
        let client = client.clone();
        calls.spawn(async move {
            let began = Instant::now();
            (client.add(1, 2).within(PATIENCE).await, began.elapsed())
        });
    }
    while let Some(call) = calls.join_next().await {
        let (result, took) = call.unwrap();
        let failed = result.unwrap_err();
        assert_eq!(failed.code(), Code::DeadlineExceeded, "{protocol}: {failed}");
        assert!(took >= PATIENCE && took < 2 * PATIENCE, "{protocol}: {took:?}");
    }
}

#[tokio::test]
async fn a_deadline_ends_calls_of_a_server_that_was_stopped_and_its_late_replies_harm_nobody() {
    if let Some(endpoint) = std::env::var_os(CHILD) {
        let server = Server::new().service(ProbeServer::new(Subject::new()));
        let server = server.listen(endpoint.to_str().unwrap()).bind().await.unwrap();
        println!("listening {}", server.endpoints()[0]);
        return server.run_until(std::future::pending()).await;
    }
    let test = "queues::a_deadline_ends_calls_of_a_server_that_was_stopped_and_its_late_replies_harm_nobody";
    let queue = unique("posix-mq:/polyrpc-stopped");
    let (child, mut lines) = Guard::start_with(test, &queue);
    let endpoint = after(&mut lines, "listening ");
    for protocol in PROTOCOLS {
        let channel = Channel::connect(format!("{protocol}+{endpoint}")).await.unwrap();
        let client = ProbeClient::new(channel);
        assert_eq!(client.add(1, 2).await.unwrap(), 3);
        let (held, in_flight) = (client.clone(), client.clone());
        // One call is at its handler when the server stops, and one waits longer than it stands still.
        let held = tokio::spawn(async move { held.hang().within(2 * PATIENCE).await });
        tokio::time::sleep(Duration::from_millis(50)).await;
        child.signal("STOP");
        let in_flight = tokio::spawn(async move { in_flight.add(20, 3).await });
        all_are_told_in_time(&client, protocol).await;
        all_are_told_in_time(&client, protocol).await;
        let failed = held.await.unwrap().unwrap_err();
        assert_eq!(failed.code(), Code::DeadlineExceeded, "{protocol}: {failed}");
        child.signal("CONT");
        for number in 0..300 {
            assert_eq!(client.add(number, 1).await.unwrap(), number + 1, "{protocol}");
        }
        assert_eq!(in_flight.await.unwrap().unwrap(), 23, "{protocol}");
    }
}
