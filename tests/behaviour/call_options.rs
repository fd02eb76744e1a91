//! `CallExt`: options that hang on one call's future.

use std::time::Duration;

use futures_util::future::join_all;
use polyrpc::{CallExt, Code, Context, InContext, Server};

use crate::support::{Probe, ProbeClient, ProbeServer, Served, TCP};

const SECOND: Duration = Duration::from_secs(1);

/// Milliseconds that are left of so many seconds.
fn is_left(left: Option<u64>, seconds: u64) -> bool {
    left.is_some_and(|left| left <= seconds * 1000 && left + 1500 > seconds * 1000)
}

#[tokio::test]
async fn within_header_and_with_reply_stack_on_one_call() {
    let (served, _) = Served::probe().await;
    let cx = Context::current();
    for (protocol, client) in served.clients().await {
        let call = client.remaining(&cx).within(20 * SECOND).header("x-tenant", "7").with_reply();
        let (left, reply) = call.await;
        assert!(is_left(left.unwrap(), 20), "{protocol}");
        assert_eq!(reply.headers.get("x-seen"), Some("yes"), "{protocol}");
        let (failed, _) = client.hang().with_reply().within(Duration::from_millis(50)).await;
        assert_eq!(failed.unwrap_err().code(), Code::DeadlineExceeded, "{protocol}");
        let invalid = client.add(1, 2).header("no key", "x").await.unwrap_err();
        assert_eq!(invalid.code(), Code::InvalidArgument, "{protocol}");
    }
}

#[tokio::test]
async fn calls_in_a_join_keep_their_own_options() {
    let (served, _) = Served::probe().await;
    let cx = Context::current();
    for (protocol, client) in served.clients().await {
        let (short, long, plain, (none, reply), sevens, eights) = tokio::join!(
            client.remaining(&cx).within(10 * SECOND),
            client.remaining(&cx).within(600 * SECOND),
            client.remaining(&cx),
            client.remaining(&cx).with_reply(),
            client.metadata(&cx).header("x-tenant", "7"),
            client.metadata(&cx).header("x-tenant", "8").header("x-more", "9"),
        );
        assert!(is_left(short.unwrap(), 10) && is_left(long.unwrap(), 600), "{protocol}");
        assert!(is_left(plain.unwrap(), 30) && is_left(none.unwrap(), 30), "{protocol}");
        assert_eq!(reply.headers.get("x-seen"), Some("yes"), "{protocol}");
        let (sevens, eights) = (sevens.unwrap(), eights.unwrap());
        assert_eq!((sevens["x-tenant"].as_str(), sevens.get("x-more")), ("7", None), "{protocol}");
        assert_eq!((eights["x-tenant"].as_str(), eights["x-more"].as_str()), ("8", "9"), "{protocol}");
    }
}

#[tokio::test]
async fn calls_in_a_vec_keep_their_own_options() {
    let (served, _) = Served::probe().await;
    let cx = &Context::current();
    for (protocol, client) in served.clients().await {
        let calls: Vec<_> = (0..50)
            .map(|tenant| {
                let call = client.metadata(cx).header("x-tenant", &tenant.to_string());
                call.within((tenant + 1) * SECOND).with_reply()
            })
            .collect();
        for (tenant, (seen, _)) in join_all(calls).await.into_iter().enumerate() {
            assert_eq!(seen.unwrap()["x-tenant"], tenant.to_string(), "{protocol}");
        }
    }
}

/// A server whose implementation is a client of another, and that other.
async fn bridged(protocol: &str) -> (Served, Served) {
    let (far, _) = Served::probe().await;
    let server = Server::new().service(ProbeServer::new(far.client(protocol).await)).listen(TCP);
    (Served::start(server).await, far)
}

#[tokio::test]
async fn options_work_through_a_bridge() {
    let cx = Context::current();
    for (near, far) in [("grpc", "jsonrpc"), ("jsonrpc", "xmlrpc"), ("xmlrpc", "grpc")] {
        let (bridge, _far) = bridged(far).await;
        let client = bridge.client(near).await;
        let left = client.remaining(&cx).within(5 * SECOND).await.unwrap();
        assert!(is_left(left, 5), "{near} to {far}: {left:?}");
        let late = client.hang().within(Duration::from_millis(100)).await.unwrap_err();
        assert_eq!(late.code(), Code::DeadlineExceeded, "{near} to {far}");
        let (sum, _) = client.add(1, 2).header("x-tenant", "7").with_reply().await;
        assert_eq!(sum.unwrap(), 3);
    }
}

#[tokio::test]
async fn options_reach_a_spawned_task_in_context() {
    let (served, _) = Served::probe().await;
    for (protocol, client) in served.clients().await {
        let relay = RelayClient::local(Spawning(client));
        let left = relay.remaining().within(7 * SECOND).await.unwrap();
        assert!(is_left(left, 7), "{protocol}: {left:?}");
    }
}

/// Makes its call in a task of its own, which knows the deadline by `in_context` alone.
struct Spawning(ProbeClient);

#[polyrpc::service(package = "behaviour.v1", name = "Probe")]
trait Relay {
    async fn remaining(&self) -> polyrpc::Result<Option<u64>>;
}

impl Relay for Spawning {
    async fn remaining(&self) -> polyrpc::Result<Option<u64>> {
        let client = self.0.clone();
        let call = async move { client.remaining(&Context::current()).await };
        tokio::spawn(call.in_context(Context::current())).await.unwrap()
    }
}

#[tokio::test]
async fn a_spawned_task_without_context_starts_anew() {
    let (served, _) = Served::probe().await;
    let client = served.client("grpc").await;
    let call = async move { tokio::spawn(async move { client.remaining(&Context::current()).await }).await };
    let left = call.within(7 * SECOND).await.unwrap().unwrap();
    assert!(is_left(left, 30), "{left:?}");
}

#[tokio::test]
async fn an_option_covers_every_call_of_a_future() {
    let (served, _) = Served::probe().await;
    let client = served.client("jsonrpc").await;
    let both = async {
        let cx = Context::current();
        (client.metadata(&cx).await.unwrap(), client.metadata(&cx).header("x-more", "8").await.unwrap())
    };
    let (first, second) = both.header("x-tenant", "7").await;
    assert_eq!((first["x-tenant"].as_str(), second["x-tenant"].as_str()), ("7", "7"));
    assert_eq!(second["x-more"], "8");
}
