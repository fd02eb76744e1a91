//! A server that calls services of its caller's, on the connection by which it is called.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt;
use polyrpc::{CallExt, Channel, Code, Context, RpcError, Server, Status, Streaming, service};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::kinds::soon;
use crate::raw::{Peer, call, result};
use polyrpc_test_support::QueueEndpoint;

#[derive(Debug, RpcError)]
enum JobError {
    #[rpc(Aborted, "stopped at step {step}")]
    Stopped { step: u32 },
    #[rpc(status)]
    Rpc(Status),
}

/// What the server offers.
#[service(package = "jobs.v1")]
trait Jobs {
    /// Tells the caller each step; the sum of what it said.
    async fn run(&self, cx: &Context, steps: u32) -> Result<u32, JobError>;
    /// Every kind of call.
    async fn survey(&self, cx: &Context, name: String) -> polyrpc::Result<String>;
    /// Keeps the caller for later.
    async fn register(&self, cx: &Context) -> polyrpc::Result<()>;
    /// Calls back, and never hears.
    async fn wait(&self, cx: &Context) -> polyrpc::Result<()>;
    async fn double(&self, value: u32) -> polyrpc::Result<u32>;
    /// Tells the caller each step, one in 10 ms; how many it heard.
    async fn count_down(&self, cx: &Context, steps: u64) -> polyrpc::Result<u64>;
}

/// What the caller does.
#[service(package = "progress.v1")]
trait Progress {
    /// Twice the step, as the server counts.
    async fn step(&self, cx: &Context, step: u32) -> Result<u32, JobError>;
    #[rpc(oneway)]
    async fn log(&self, line: String) -> polyrpc::Result<()>;
    async fn count(&self, n: u64) -> polyrpc::Result<Streaming<u64>>;
    async fn sum(&self, values: Streaming<u64>) -> polyrpc::Result<u64>;
    async fn echo(&self, lines: Streaming<String>) -> polyrpc::Result<Streaming<String>>;
    async fn never(&self) -> polyrpc::Result<()>;
}

#[derive(Clone, Default)]
struct Work {
    kept: Arc<Mutex<Option<ProgressClient>>>,
    /// Calls that were dropped before their end.
    dropped: Arc<AtomicUsize>,
}

#[derive(Clone, Default)]
struct Desk {
    lines: Arc<Mutex<Vec<String>>>,
    waiting: Arc<AtomicUsize>,
    dropped: Arc<AtomicUsize>,
}

/// Counts when it is dropped.
struct Watch(Arc<AtomicUsize>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Jobs for Work {
    async fn run(&self, cx: &Context, steps: u32) -> Result<u32, JobError> {
        let caller = ProgressClient::new(cx.caller()?);
        let mut sum = 0;
        for step in 0..steps {
            sum += caller.step(cx, step).await?;
        }
        Ok(sum)
    }

    async fn survey(&self, cx: &Context, name: String) -> polyrpc::Result<String> {
        let caller = ProgressClient::new(cx.caller()?);
        caller.log(name.clone()).await?;
        let counted: Vec<u64> = caller.count(1000).await?.map(Result::unwrap).collect().await;
        assert!(counted.into_iter().eq(0..1000));
        let sum = caller.sum(Streaming::from_items(1..=100)).await?;
        let echo = caller.echo(Streaming::from_items([name, "end".to_owned()])).await?;
        let echo: Vec<String> = echo.map(Result::unwrap).collect().await;
        Ok(format!("{sum} {}", echo.join(" ")))
    }

    async fn register(&self, cx: &Context) -> polyrpc::Result<()> {
        *self.kept.lock().unwrap() = Some(ProgressClient::new(cx.caller()?));
        Ok(())
    }

    async fn wait(&self, cx: &Context) -> polyrpc::Result<()> {
        let _watch = Watch(self.dropped.clone());
        ProgressClient::new(cx.caller()?).never().await
    }

    async fn count_down(&self, cx: &Context, steps: u64) -> polyrpc::Result<u64> {
        let caller = ProgressClient::new(cx.caller()?);
        let mut heard = 0;
        for step in (0..steps).rev() {
            caller.log(step.to_string()).await?;
            heard += caller.sum(Streaming::from_items([1])).await?;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(heard)
    }

    async fn double(&self, value: u32) -> polyrpc::Result<u32> {
        Ok(2 * value)
    }
}

impl Progress for Desk {
    async fn step(&self, cx: &Context, step: u32) -> Result<u32, JobError> {
        if step == 7 {
            return Err(JobError::Stopped { step });
        }
        // There and back again.
        Ok(JobsClient::new(cx.caller()?).double(step).await?)
    }

    async fn log(&self, line: String) -> polyrpc::Result<()> {
        self.lines.lock().unwrap().push(line);
        Ok(())
    }

    async fn count(&self, n: u64) -> polyrpc::Result<Streaming<u64>> {
        Ok(Streaming::from_items(0..n))
    }

    async fn sum(&self, mut values: Streaming<u64>) -> polyrpc::Result<u64> {
        let mut sum = 0;
        while let Some(value) = values.message().await? {
            sum += value;
        }
        Ok(sum)
    }

    async fn echo(&self, lines: Streaming<String>) -> polyrpc::Result<Streaming<String>> {
        Ok(lines)
    }

    async fn never(&self) -> polyrpc::Result<()> {
        let _watch = Watch(self.dropped.clone());
        self.waiting.fetch_add(1, Ordering::SeqCst);
        std::future::pending().await
    }
}

async fn serve(listen: &str) -> (Work, String) {
    let work = Work::default();
    let server = Server::new().service(JobsServer::new(work.clone())).listen(listen).bind().await.unwrap();
    let endpoint = server.endpoints()[0].to_string();
    tokio::spawn(server.run_until(std::future::pending()));
    (work, endpoint)
}

async fn channel(endpoint: &str, desk: &Desk) -> Channel {
    Channel::builder(endpoint).service(ProgressServer::new(desk.clone())).connect().await.unwrap()
}

async fn goes_back(listen: &str, options: &str) {
    let (_, endpoint) = serve(listen).await;
    let desks = [Desk::default(), Desk::default()];
    let mut clients = Vec::new();
    for desk in &desks {
        clients.push(JobsClient::new(channel(&format!("jsonrpc+{endpoint}{options}"), desk).await));
    }
    let cx = Context::current();
    for (client, name) in clients.iter().zip(["one", "two"]) {
        assert_eq!(client.run(&cx, 5).await.unwrap(), 20);
        assert_eq!(client.survey(&cx, name.to_owned()).await.unwrap(), format!("5050 {name} end"));
        assert!(matches!(client.run(&cx, 9).await, Err(JobError::Stopped { step: 7 })));
    }
    // Many at once, on one connection.
    let many = (0..64).map(|_| clients[0].run(&cx, 7));
    assert!(futures_util::future::join_all(many).await.into_iter().all(|sum| sum.unwrap() == 42));
    for (desk, name) in desks.iter().zip(["one", "two"]) {
        soon(|| !desk.lines.lock().unwrap().is_empty()).await;
        assert_eq!(*desk.lines.lock().unwrap(), [name]);
    }
}

#[tokio::test]
async fn every_kind_of_call_goes_back_in_lines() {
    goes_back("tcp://127.0.0.1:0", "?framing=newline").await;
}

#[tokio::test]
async fn every_kind_of_call_goes_back_behind_lengths() {
    let folder = polyrpc_test_support::scratch("back");
    goes_back(&format!("unix:{}/socket", folder.display()), "?framing=content-length").await;
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn every_kind_of_call_goes_back_by_websocket() {
    // A channel that offers services has one session for all its calls.
    goes_back("tcp://127.0.0.1:0", "").await;
}

#[tokio::test]
async fn every_kind_of_call_goes_back_within_the_process() {
    goes_back("mem:back", "").await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn every_kind_of_call_goes_back_by_a_queue() {
    let queue = QueueEndpoint::new("back");
    goes_back(&queue, "").await;
}

#[tokio::test]
async fn a_foreign_caller_is_called_with_plain_requests() {
    let (work, endpoint) = serve("tcp://127.0.0.1:0").await;
    let mut peer = Peer::of(&endpoint).await;
    peer.say(call(1, "jobs.run", json!([2]))).await;
    for (id, step) in [(1, 0), (2, 1)] {
        let mut asked = peer.hear().await;
        // The deadline travels on.
        assert!(asked["rpc"]["timeout"].is_string() || asked.get("rpc").is_none(), "{asked}");
        asked.as_object_mut().unwrap().remove("rpc");
        assert_eq!(asked, call(id, "progress.step", json!({"step": step})));
        peer.say(result(id, json!(100 + step))).await;
    }
    assert_eq!(peer.hear().await, result(1, json!(201)));

    // One that does not offer this says so.
    peer.say(call(2, "jobs.register", json!([]))).await;
    assert_eq!(peer.hear().await, result(2, json!(null)));
    let kept = work.kept.lock().unwrap().clone().unwrap();
    let (failed, ()) = tokio::join!(kept.never(), async {
        let asked = peer.hear().await;
        let unknown = json!({"code": -32601, "message": "Method not found"});
        peer.say(json!({"jsonrpc": "2.0", "id": asked["id"], "error": unknown})).await;
    });
    assert_eq!(failed.unwrap_err().code(), Code::Unimplemented);
}

#[tokio::test]
async fn a_caller_that_was_kept_is_called_until_its_connection_ends() {
    let (work, endpoint) = serve("tcp://127.0.0.1:0").await;
    let desk = Desk::default();
    let jobs = JobsClient::new(channel(&format!("jsonrpc+{endpoint}?framing=newline"), &desk).await);
    jobs.register(&Context::current()).await.unwrap();
    let kept = work.kept.lock().unwrap().clone().unwrap();
    assert_eq!(kept.sum(Streaming::from_items([1, 2])).await.unwrap(), 3);
    // What waits for an answer when the connection ends, and what comes later.
    let waits = tokio::spawn({
        let kept = kept.clone();
        async move { kept.never().await }
    });
    soon(|| desk.waiting.load(Ordering::SeqCst) == 1).await;
    drop(jobs);
    assert_eq!(waits.await.unwrap().unwrap_err().code(), Code::Unavailable);
    assert_eq!(kept.sum(Streaming::from_items([1])).await.unwrap_err().code(), Code::Unavailable);
    soon(|| desk.dropped.load(Ordering::SeqCst) == 1).await;
}

#[tokio::test]
async fn a_call_that_ends_takes_the_calls_back_with_it() {
    let (work, endpoint) = serve("tcp://127.0.0.1:0").await;
    let desk = Desk::default();
    let jobs = JobsClient::new(channel(&format!("jsonrpc+{endpoint}"), &desk).await);
    let failed = jobs.wait(&Context::current()).within(Duration::from_millis(200)).await.unwrap_err();
    assert_eq!(failed.code(), Code::DeadlineExceeded);
    assert_eq!(desk.waiting.load(Ordering::SeqCst), 1);
    soon(|| desk.dropped.load(Ordering::SeqCst) == 1 && work.dropped.load(Ordering::SeqCst) == 1).await;
    assert_eq!(jobs.run(&Context::current(), 3).await.unwrap(), 6);
}

#[tokio::test]
async fn where_nothing_goes_back_it_is_said() {
    let (_, endpoint) = serve("tcp://127.0.0.1:0").await;
    for (protocol, name) in [("grpc", "grpc"), ("jsonrpc", "jsonrpc"), ("xmlrpc", "xmlrpc")] {
        let jobs = JobsClient::connect(format!("{protocol}+{endpoint}")).await.unwrap();
        let refused = jobs.register(&Context::current()).await.unwrap_err();
        assert_eq!(refused.code(), Code::FailedPrecondition);
        assert!(refused.message().contains(&format!("it came by {name}")), "{refused}");
    }
    let refused = JobsClient::local(Work::default()).register(&Context::current()).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);

    let service = || ProgressServer::new(Desk::default());
    for protocol in ["grpc", "xmlrpc"] {
        let refused =
            Channel::builder(format!("{protocol}+{endpoint}")).service(service()).lazy().unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
        assert!(refused.message().contains("by jsonrpc it does"), "{refused}");
    }
    let twice = Channel::builder(format!("jsonrpc+{endpoint}")).service(service()).service(service()).lazy();
    assert!(twice.unwrap_err().message().contains("added twice"));
    let local = Channel::local_builder(JobsServer::new(Work::default())).service(service()).lazy();
    assert_eq!(local.unwrap_err().code(), Code::InvalidArgument);
}

#[tokio::test]
async fn a_framing_is_jsonrpcs_alone() {
    for protocol in ["grpc", "xmlrpc"] {
        let refused = Channel::builder(format!("{protocol}+tcp://127.0.0.1:1?framing=newline")).lazy();
        let refused = refused.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
        assert!(refused.message().contains("`framing` is an option of jsonrpc"), "{refused}");
    }
}

/// A server that stops lets the calls that run come to their end, and what they ask of their callers is answered.
#[tokio::test]
async fn a_server_that_stops_hears_the_answers_yet() {
    for options in ["?framing=newline", ""] {
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let server = Server::new().service(JobsServer::new(Work::default())).listen("tcp://127.0.0.1:0");
        let server = server.bind().await.unwrap();
        let endpoint = server.endpoints()[0].to_string();
        let served = tokio::spawn(server.run_until(async { drop(stopped.await) }));
        let desk = Desk::default();
        let jobs = JobsClient::new(channel(&format!("jsonrpc+{endpoint}{options}"), &desk).await);
        let cx = Context::current();
        let (sum, (refused, ())) = tokio::join!(jobs.count_down(&cx, 20), async {
            soon(|| !desk.lines.lock().unwrap().is_empty()).await;
            drop(stop);
            tokio::time::sleep(Duration::from_millis(50)).await;
            (jobs.double(1).await, ())
        });
        assert_eq!(sum.unwrap(), 20, "{options}");
        let refused = refused.unwrap_err();
        assert_eq!(refused.code(), Code::Unavailable, "{refused}");
        timeout(Duration::from_secs(5), served).await.unwrap().unwrap();
    }
}

/// A session that waits for an answer reads on while it writes; but not without end for a peer that only asks.
#[tokio::test]
async fn a_caller_that_asks_and_never_reads_is_held_back() {
    let (_, endpoint) = serve("tcp://127.0.0.1:0").await;
    let address = endpoint.trim_start_matches("tcp://");
    let mut peer = TcpStream::connect(address).await.unwrap();
    peer.write_all(b"{\"jsonrpc\":\"2.0\",\"method\":\"jobs.wait\",\"id\":1}\n").await.unwrap();
    let questions = "{\"jsonrpc\":\"2.0\",\"method\":\"nobody.knows\",\"id\":2}\n".repeat(20_000);
    // Of 100 MB, what the connection holds, and what 4 MiB of refusals answer.
    let mut taken = 0;
    for _ in 0..100 {
        match timeout(Duration::from_secs(3), peer.write_all(questions.as_bytes())).await {
            Ok(written) => written.unwrap(),
            Err(_) => break,
        }
        taken += 1;
    }
    assert!((1..60).contains(&taken), "{taken} MB");
}
