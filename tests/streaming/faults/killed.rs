//! Processes that are killed in the middle of a stream.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use polyrpc::{Channel, Code, Context, Result, Server, Status, Streaming, service};
use polyrpc_test_support::{Conformance, scratch};

use super::in_time;
use crate::cancel::{Seen, Watch, heard};
use crate::kinds::{GRPC, JSONRPC, LENGTHS, LINES, Properties, WAYS, WEBSOCKET, XMLRPC, soon};

/// The streaming methods of the conformance program.
#[service(package = "polyrpc.conformance.v1")]
pub(super) trait Echo {
    async fn count(&self, n: u64, interval_millis: Option<u64>) -> Result<Streaming<u64>>;
    async fn collect(&self, values: Streaming<u64>) -> Result<u64>;
    async fn chat(&self, lines: Streaming<String>) -> Result<Streaming<String>>;
}

fn kill(pid: u32) {
    assert!(Command::new("kill").args(["-KILL", &pid.to_string()]).status().unwrap().success());
}

/// Reads a stream whose server is killed behind its third item: all items that come, and then a failure.
pub(super) async fn reads_until_it_is_killed(client: &EchoClient, pid: impl Fn() -> u32) -> Status {
    let mut counting = client.count(1_000_000, Some(5)).await.unwrap();
    for expected in 0..3 {
        assert_eq!(counting.message().await.unwrap(), Some(expected));
    }
    kill(pid());
    let mut items = 3;
    let status = loop {
        match in_time("the stream of a server that is killed", counting.message()).await {
            Ok(Some(item)) => assert_eq!(item, items),
            Ok(None) => panic!("it ended quietly behind {items} items"),
            Err(status) => break status,
        }
        items += 1;
    };
    assert_eq!(counting.message().await.unwrap(), None, "nothing follows a failure");
    status
}

#[tokio::test]
async fn a_stream_ends_unavailable_when_its_server_is_killed() {
    for way in WAYS {
        let server = Conformance::get().unwrap().serve(&["tcp://127.0.0.1:0"]).unwrap();
        let client = EchoClient::connect(way.at(&server.endpoints()[0])).await.unwrap();
        let status = reads_until_it_is_killed(&client, || server.id()).await;
        assert_eq!(status.code(), Code::Unavailable, "{way:?}: {status}");
    }
}

#[tokio::test]
async fn a_stream_ends_unavailable_when_its_child_is_killed() {
    for way in [GRPC, JSONRPC, XMLRPC] {
        let folder = scratch("killed");
        let (program, pid) = (Conformance::get().unwrap().command(), folder.join("pid"));
        let script = format!("echo $$ > {}; exec {:?} serve stdio:", pid.display(), program.get_program());
        let channel = Channel::connect(way.at(&format!("exec:/bin/sh?arg=-c&arg={script}&stderr=null")));
        let pid = || std::fs::read_to_string(&pid).unwrap().trim().parse().unwrap();
        let status = reads_until_it_is_killed(&EchoClient::new(channel.await.unwrap()), pid).await;
        assert_eq!(status.code(), Code::Unavailable, "{way:?}: {status}");
        assert!(status.message().contains("SIGKILL"), "{way:?}: {status}");
        std::fs::remove_dir_all(folder).unwrap();
    }
}

/// Counts what is sent, and tells when nothing more will be.
struct Sending(Arc<AtomicUsize>);

impl Drop for Sending {
    fn drop(&mut self) {
        self.0.store(usize::MAX, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_stream_that_is_sent_ends_when_its_server_is_killed() {
    for way in WAYS.into_iter().filter(|way| way.duplex) {
        let server = Conformance::get().unwrap().serve(&["tcp://127.0.0.1:0"]).unwrap();
        let client = EchoClient::connect(way.at(&server.endpoints()[0])).await.unwrap();
        let sent = Arc::new(AtomicUsize::new(0));
        let sending = Sending(sent.clone());
        let values = Streaming::produce(async move |out| {
            loop {
                out.send(1).await;
                sending.0.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        let call = tokio::spawn(async move { client.collect(values).await });
        soon(|| sent.load(Ordering::SeqCst) > 3).await;
        kill(server.id());
        let status = in_time("a call of a server that is killed", call).await.unwrap().unwrap_err();
        assert_eq!(status.code(), Code::Unavailable, "{way:?}: {status}");
        soon(|| sent.load(Ordering::SeqCst) == usize::MAX).await;
    }
}

/// A server in this process, whose callers are others.
#[derive(Clone, Default)]
pub(super) struct Echoing(pub(super) Arc<Seen>);

impl Echo for Echoing {
    async fn count(&self, n: u64, interval_millis: Option<u64>) -> Result<Streaming<u64>> {
        let watch = Watch::begin(&self.0, &Context::current());
        Ok(Streaming::produce(async move |out| {
            let _watch = watch;
            for i in 0..n {
                out.send(i).await;
                tokio::time::sleep(Duration::from_millis(interval_millis.unwrap_or_default())).await;
            }
            Ok(())
        }))
    }

    async fn collect(&self, mut values: Streaming<u64>) -> Result<u64> {
        let _watch = Watch::begin(&self.0, &Context::current());
        while values.message().await?.is_some() {}
        Ok(0)
    }

    async fn chat(&self, mut lines: Streaming<String>) -> Result<Streaming<String>> {
        let watch = Watch::begin(&self.0, &Context::current());
        Ok(Streaming::produce(async move |out| {
            let _watch = watch;
            while let Some(line) = lines.message().await? {
                out.send(line).await;
            }
            Ok(())
        }))
    }
}

/// A process that calls, and is killed at the latest with the test.
pub(super) struct Caller(Child);

impl Caller {
    pub(super) fn new(endpoint: &str, method: &str, params: &str) -> Caller {
        let mut command = Conformance::get().unwrap().command();
        command.args(["call", endpoint, method, params]);
        Caller(command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap())
    }

    pub(super) fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        // It has ended already, but when the test fails.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Kills a process in the middle of each of its calls: those whose streams go on, and those that are quiet.
async fn callers_are_killed(way: Properties) {
    let echoing = Echoing::default();
    let server = Server::new().service(EchoServer::new(echoing.clone())).listen("tcp://127.0.0.1:0");
    let server = server.bind().await.unwrap();
    let endpoint = way.at(&server.endpoints()[0].to_string());
    let serving = tokio::spawn(server.run_until(std::future::pending()));
    let seen = &echoing.0;
    for (count, (method, params)) in (1..).zip([
        ("echo.count", r#"{"n": 1000000, "interval_millis": 5}"#),
        ("echo.count", r#"{"n": 2, "interval_millis": 1000000}"#),
        ("echo.collect", "{}"),
        ("echo.chat", "{}"),
    ]) {
        let mut caller = Caller::new(&endpoint, method, params);
        in_time(method, seen.begun.notified()).await;
        if method == "echo.count" {
            let mut output = BufReader::new(caller.0.stdout.take().unwrap());
            let read = tokio::task::spawn_blocking(move || output.read_line(&mut String::new()));
            assert_eq!(in_time(method, read).await.unwrap().unwrap(), 2, "{way:?} {method}");
        }
        caller.kill();
        println!("{way:?} {method}");
        heard(&[seen], count).await;
    }
    serving.abort();
}

macro_rules! each_way {
    ($($way:ident $properties:ident,)*) => {
        $(mod $way {
            use super::*;

            #[tokio::test]
            async fn a_handler_is_dropped_when_its_caller_is_killed() {
                callers_are_killed($properties).await;
            }
        })*
    };
}

// XML-RPC's calls are over when the stream is read: nothing tells of a reader that comes no more but a minute's silence.
each_way! { grpc GRPC, jsonrpc JSONRPC, lines LINES, lengths LENGTHS, websocket WEBSOCKET, }
