//! A client served as an implementation: gRPC in front of an XML-RPC server that nobody here wrote.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use polyrpc::{
    Call, CallExt, Channel, Code, Context, Dispatch, Next, Result, Server, Status, from_fn, service,
};
use polyrpc_test_support::{Peers, Server as Process, present};

use crate::support::{Served, TCP};

/// The far end, as a trait without contexts.
#[service(package = "polyrpc.conformance.v1", name = "Echo")]
trait Legacy {
    async fn metadata(&self) -> Result<BTreeMap<String, String>>;
    async fn sleep(&self, millis: u32) -> Result<String>;
    async fn fail(&self, code: String, message: String) -> Result<()>;
}

/// The same, with a context in every method.
#[service(package = "polyrpc.conformance.v1", name = "Echo")]
trait LegacyWithContext {
    async fn metadata(&self, cx: &Context) -> Result<BTreeMap<String, String>>;
    async fn sleep(&self, cx: &Context, millis: u32) -> Result<String>;
    async fn fail(&self, cx: &Context, code: String, message: String) -> Result<()>;
}

/// Python's `xmlrpc.server`, where this machine has one.
fn python() -> Option<Process> {
    let peers = present(Peers::python())?;
    Some(Process::start(peers.script("xmlrpc_server.py"), 1).unwrap())
}

/// How long calls stay in the bridge before they go on.
const DETOUR: Duration = Duration::from_millis(300);

/// A server whose implementation is a client of the far end.
async fn in_front(bridge: impl Dispatch) -> Served {
    let detour = from_fn(|call: Call, next: Next| async move {
        tokio::time::sleep(DETOUR).await;
        next.run(call).await
    });
    Served::start(Server::new().service(bridge).layer(detour).listen(TCP)).await
}

async fn far_channel(process: &Process) -> Channel {
    Channel::connect(format!("xmlrpc+{}", process.endpoints()[0])).await.unwrap()
}

/// What a bridge owes its caller, whatever the trait looks like.
struct Seen {
    metadata: BTreeMap<String, String>,
    late: (Status, Duration),
    failed: Status,
}

const GRANTED: Duration = Duration::from_secs(8);
const PATIENCE: Duration = Duration::from_millis(700);
const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn check(seen: &Seen) {
    let timeout = &seen.metadata["rpc-timeout"];
    let left = micros(timeout);
    assert!(left <= GRANTED - DETOUR, "the deadline did not shrink on the way: {timeout}");
    assert!(left > GRANTED - 10 * DETOUR, "the deadline is not the caller's: {timeout}");
    assert_eq!(seen.metadata.get("authorization"), None, "{:?}", seen.metadata);
    assert_eq!(seen.metadata.get("x-tenant"), None, "{:?}", seen.metadata);
    assert_eq!(seen.metadata.get("traceparent").map(String::as_str), Some(PARENT));
    let (status, took) = &seen.late;
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status}");
    assert!(*took >= PATIENCE && *took < 3 * PATIENCE, "{took:?}");
    assert_eq!((seen.failed.code(), seen.failed.message()), (Code::NotFound, "no order 7"));
}

fn micros(timeout: &str) -> Duration {
    let (digits, unit) = timeout.split_at(timeout.len() - 1);
    assert_eq!(unit, "u", "a few seconds are written in microseconds");
    Duration::from_micros(digits.parse().unwrap())
}

#[tokio::test]
async fn a_bridge_without_contexts_carries_deadline_and_trace_and_nothing_else() {
    let Some(process) = python() else { return };
    let bridge = LegacyServer::new(LegacyClient::new(far_channel(&process).await));
    let served = in_front(bridge).await;
    let client = LegacyClient::connect(served.by("grpc")).await.unwrap();
    let call = client.metadata().within(GRANTED).header("authorization", "Bearer secret");
    let metadata = call.header("x-tenant", "7").header("traceparent", PARENT).await.unwrap();
    let begun = Instant::now();
    let late = client.sleep(20_000).within(PATIENCE).await.unwrap_err();
    let late = (late, begun.elapsed());
    let failed = client.fail("NOT_FOUND".into(), "no order 7".into()).await.unwrap_err();
    check(&Seen { metadata, late, failed });
}

#[tokio::test]
async fn a_bridge_with_contexts_carries_deadline_and_trace_and_nothing_else() {
    let Some(process) = python() else { return };
    let bridge = LegacyWithContextServer::new(LegacyWithContextClient::new(far_channel(&process).await));
    let served = in_front(bridge).await;
    let client = LegacyWithContextClient::connect(served.by("grpc")).await.unwrap();
    let cx = Context::current();
    let call = client.metadata(&cx).within(GRANTED).header("authorization", "Bearer secret");
    let metadata = call.header("x-tenant", "7").header("traceparent", PARENT).await.unwrap();
    let begun = Instant::now();
    let late = client.sleep(&cx, 20_000).within(PATIENCE).await.unwrap_err();
    let late = (late, begun.elapsed());
    let failed = client.fail(&cx, "NOT_FOUND".into(), "no order 7".into()).await.unwrap_err();
    check(&Seen { metadata, late, failed });
}

/// A bridge that sends the caller's authorization on, by its name.
struct Forwarding(LegacyWithContextClient);

impl LegacyWithContext for Forwarding {
    async fn metadata(&self, cx: &Context) -> Result<BTreeMap<String, String>> {
        let token = cx.metadata().get("authorization").unwrap_or_default();
        self.0.metadata(cx).header("authorization", token).await.map_err(Status::forward)
    }

    async fn sleep(&self, cx: &Context, millis: u32) -> Result<String> {
        self.0.sleep(cx, millis).await
    }

    async fn fail(&self, cx: &Context, code: String, message: String) -> Result<()> {
        self.0.fail(cx, code, message).await
    }
}

#[tokio::test]
async fn authorization_reaches_the_far_end_when_it_is_forwarded_by_name() {
    let Some(process) = python() else { return };
    let far = LegacyWithContextClient::new(far_channel(&process).await);
    let served = in_front(LegacyWithContextServer::new(Forwarding(far))).await;
    let client = LegacyWithContextClient::connect(served.by("grpc")).await.unwrap();
    let cx = Context::current();
    let call = client.metadata(&cx).header("authorization", "Bearer secret").header("x-tenant", "7");
    let seen = call.await.unwrap();
    assert_eq!(seen.get("authorization").map(String::as_str), Some("Bearer secret"));
    assert_eq!(seen.get("x-tenant"), None);
}
