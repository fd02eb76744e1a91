//! `serve` and `shutdown_signal`, in a process of their own.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use polyrpc::{Server, serve, shutdown_signal};

use crate::support::{Probe, ProbeClient, ProbeServer, Subject, TCP};

pub(crate) const CHILD: &str = "POLYRPC_BEHAVIOUR_CHILD";

/// A child that is killed when the test ends.
pub(crate) struct Guard(Child);

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Guard {
    /// This test program, running one test in which [`CHILD`] is set; and its lines.
    pub(crate) fn start(test: &str) -> (Guard, BufReader<ChildStdout>) {
        Guard::start_with(test, "1")
    }

    /// The same, in which [`CHILD`] is this.
    pub(crate) fn start_with(test: &str, value: &str) -> (Guard, BufReader<ChildStdout>) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .env(CHILD, value)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        (Guard(child), lines)
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    pub(crate) async fn ends_well(mut self) {
        for _ in 0..1000 {
            if let Some(status) = self.0.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("the signal did not end it");
    }
}

/// What stands behind `prefix` on the first line that has it.
pub(crate) fn after(lines: &mut BufReader<ChildStdout>, prefix: &str) -> String {
    let mut line = String::new();
    while lines.read_line(&mut line).unwrap() > 0 {
        if let Some((_, found)) = line.split_once(prefix) {
            return found.trim().to_owned();
        }
        line.clear();
    }
    panic!("no line has {prefix}");
}

#[tokio::test]
async fn serve_prints_where_and_how_to_call_and_ends_on_a_signal() {
    if std::env::var_os(CHILD).is_some() {
        return serve(TCP, ProbeServer::new(Subject::new())).await.unwrap();
    }
    for signal in ["INT", "TERM"] {
        let test = "signals::serve_prints_where_and_how_to_call_and_ends_on_a_signal";
        let (child, mut lines) = Guard::start(test);
        let endpoint = after(&mut lines, "serving gRPC, JSON-RPC and XML-RPC on ");
        let line = after(&mut lines, "try: ");
        assert!(line.starts_with("curl http://127.0.0.1:") && line.contains("probe.echo"), "{line}");
        let client = ProbeClient::connect(endpoint).await.unwrap();
        assert_eq!(client.add(1, 2).await.unwrap(), 3);
        let printed = Command::new("sh").args(["-c", &line.replace("curl", "curl --silent")]).output();
        if let Ok(printed) = printed.ok().filter(|printed| printed.status.success()).ok_or("no curl here") {
            let printed = String::from_utf8_lossy(&printed.stdout).into_owned();
            assert!(printed.contains("\"result\":"), "{line}: {printed}");
        }
        child.signal(signal);
        child.ends_well().await;
    }
}

/// No tool of a shell's calls a queue.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn serve_on_a_queue_prints_where_and_nothing_to_try() {
    if std::env::var_os(CHILD).is_some() {
        let queue = format!("posix-mq:/polyrpc-signals-{}", std::process::id());
        return serve(queue, ProbeServer::new(Subject::new())).await.unwrap();
    }
    let (child, mut lines) = Guard::start("signals::serve_on_a_queue_prints_where_and_nothing_to_try");
    let endpoint = after(&mut lines, "serving gRPC, JSON-RPC and XML-RPC on ");
    assert!(endpoint.starts_with("posix-mq:/polyrpc-signals-"), "{endpoint}");
    assert_eq!(ProbeClient::connect(&*endpoint).await.unwrap().add(1, 2).await.unwrap(), 3);
    child.signal("INT");
    child.ends_well().await;
    let rest: Vec<String> = lines.lines().map(Result::unwrap).collect();
    assert!(!rest.iter().any(|line| line.starts_with("try")), "{rest:?}");
}

#[tokio::test]
async fn shutdown_signal_is_ctrl_c_or_sigterm_and_drains() {
    if std::env::var_os(CHILD).is_some() {
        let subject = Subject::new();
        let seen = subject.0.clone();
        let server = Server::new().service(ProbeServer::new(subject)).listen(TCP).bind().await.unwrap();
        println!("listening {}", server.endpoints()[0]);
        let stopping = async {
            shutdown_signal().await;
            // The call in flight ends after the signal, and its caller has the reply.
            tokio::time::sleep(Duration::from_millis(50)).await;
            seen.release(1);
        };
        tokio::join!(server.run_until(shutdown_signal()), stopping);
        return;
    }
    for signal in ["INT", "TERM"] {
        let (child, mut lines) = Guard::start("signals::shutdown_signal_is_ctrl_c_or_sigterm_and_drains");
        let client = ProbeClient::connect(after(&mut lines, "listening ")).await.unwrap();
        // It is at the server once a later call on the same connection is answered.
        let held = client.clone();
        let held = tokio::spawn(async move { held.hold().await });
        tokio::task::yield_now().await;
        client.add(1, 2).await.unwrap();
        child.signal(signal);
        assert_eq!(held.await.unwrap().unwrap(), 7, "{signal}");
        child.ends_well().await;
    }
}
