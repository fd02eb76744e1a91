//! Servers on POSIX message queues that stand still.

use std::time::{Duration, Instant};

use polyrpc::{CallExt, Channel, Code, Server};
use polyrpc_test_support::QueueEndpoint;
use tokio::task::JoinSet;

use crate::signals::{CHILD, Guard, after};
use crate::support::{PROTOCOLS, Probe, ProbeClient, ProbeServer, Subject};

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
    let queue = QueueEndpoint::new("stopped");
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

/// A look now and then is all that happens while nobody says anything: the server at its queue, and each end at the other.
#[tokio::test]
async fn an_idle_server_and_its_client_have_no_thread_of_their_own_and_little_to_do() {
    const TIME: Duration = Duration::from_secs(2);
    if std::env::var_os(CHILD).is_none() {
        // In a process of its own, where nothing else runs.
        let test = "queues::an_idle_server_and_its_client_have_no_thread_of_their_own_and_little_to_do";
        let (child, mut lines) = Guard::start(test);
        let (threads, turns) = after(&mut lines, "threads ")
            .split_once(" turns ")
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        assert_eq!(threads, "0");
        let turns: u32 = turns.parse().unwrap();
        // Three looks, twice a second.
        assert!((8..25).contains(&turns), "{turns} turns in {TIME:?}");
        child.ends_well().await;
        return;
    }
    let before = threads().len();
    let server = Server::new().service(ProbeServer::new(Subject::new()));
    let queue = QueueEndpoint::new("idle");
    let server = server.listen(&*queue).bind().await.unwrap();
    let endpoint = server.endpoints()[0].to_string();
    tokio::spawn(server.run_until(std::future::pending()));
    let client = ProbeClient::connect(&*endpoint).await.unwrap();
    assert_eq!(client.add(1, 2).await.unwrap(), 3);
    let hanging = client.clone();
    tokio::spawn(async move { hanging.hang().await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let turns = turns();
    tokio::time::sleep(TIME).await;
    println!("threads {} turns {}", threads().len() - before, self::turns() - turns);
}

fn threads() -> Vec<std::path::PathBuf> {
    std::fs::read_dir("/proc/self/task").unwrap().map(|thread| thread.unwrap().path()).collect()
}

/// How often threads of this process have waited for something.
fn turns() -> u64 {
    let of = |thread: std::path::PathBuf| {
        let status = std::fs::read_to_string(thread.join("status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:")).unwrap();
        line.trim().parse::<u64>().unwrap()
    };
    threads().into_iter().map(of).sum()
}
