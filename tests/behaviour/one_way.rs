//! One-way calls: once its caller has gone on, a call lives by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use polyrpc::{Call, CallExt, Channel, Code, Context, Next, Result, Server, from_fn, service};

use crate::support::{PROTOCOLS, Served, TCP, until};

#[service(package = "behaviour.v1")]
trait Bell {
    #[rpc(oneway)]
    async fn ring(&self) -> Result<()>;
    async fn hold(&self) -> Result<()>;
}

/// Counts how often it is rung.
#[derive(Clone, Default)]
struct Counting(Arc<AtomicUsize>);

impl Bell for Counting {
    async fn ring(&self) -> Result<()> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    async fn hold(&self) -> Result<()> {
        std::future::pending().await
    }
}

/// How long a call is on its way to the bell.
const DISTANCE: Duration = Duration::from_millis(100);

/// A bell whose handlers begin, and answer, long after the bytes were taken.
async fn far_bell() -> (Served, Counting) {
    let (bell, far) = (Counting::default(), from_fn(arrive_late));
    let server = Server::new().service(BellServer::new(bell.clone())).layer(far).listen(TCP);
    (Served::start(server).await, bell)
}

async fn arrive_late(call: Call, next: Next) -> Result<polyrpc::Reply> {
    tokio::time::sleep(DISTANCE).await;
    next.run(call).await
}

#[service(package = "behaviour.v1")]
trait Porter {
    async fn announce(&self, times: u32) -> Result<()>;
}

/// Rings and goes on, having asked for its context.
struct Ringing(BellClient);

impl Porter for Ringing {
    async fn announce(&self, times: u32) -> Result<()> {
        Context::current().reply().header("x-rung", "yes");
        for _ in 0..times {
            self.0.ring().await?;
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_one_way_call_outlives_the_handler_that_made_it() {
    for protocol in PROTOCOLS {
        let (far, bell) = far_bell().await;
        let channel = Channel::connect(far.by(protocol)).await.unwrap();
        let porter = PorterClient::local(Ringing(BellClient::new(channel.clone())));
        porter.announce(20).await.unwrap();
        channel.drain().await.unwrap();
        until("every ring is heard", || bell.0.load(Ordering::SeqCst) == 20).await;
    }
}

#[tokio::test]
async fn a_bridged_one_way_call_outlives_its_bridge() {
    for (near, beyond) in [("grpc", "jsonrpc"), ("jsonrpc", "xmlrpc"), ("xmlrpc", "grpc")] {
        let (far, bell) = far_bell().await;
        let channel = Channel::connect(far.by(beyond)).await.unwrap();
        // A layer that keeps the context is enough to tie what the handler does to the call.
        let keep = from_fn(|call: Call, next: Next| {
            let kept = call.context().clone();
            async move { next.run(call).await.inspect(|_| drop(kept)) }
        });
        let bridge = Server::new().service(BellServer::new(BellClient::new(channel.clone()))).layer(keep);
        let bridge = Served::start(bridge.listen(TCP)).await;
        let client = BellClient::connect(bridge.by(near)).await.unwrap();
        for _ in 0..20 {
            client.ring().await.unwrap();
        }
        client.as_ref().drain().await.unwrap();
        until("every ring is heard", || bell.0.load(Ordering::SeqCst) == 20).await;
        channel.drain().await.unwrap();
    }
}

#[tokio::test]
async fn a_deadline_ends_the_wait_for_the_transport_not_what_it_has_taken() {
    for protocol in PROTOCOLS {
        let (far, bell) = far_bell().await;
        let client = BellClient::connect(far.by(protocol)).await.unwrap();
        client.ring().within(DISTANCE / 2).await.unwrap();
        client.as_ref().drain().await.unwrap();
        until("the ring is heard", || bell.0.load(Ordering::SeqCst) == 1).await;
    }
}

#[tokio::test]
async fn a_one_way_call_that_the_transport_has_not_taken_ends_with_its_caller() {
    for protocol in PROTOCOLS {
        let (far, bell) = far_bell().await;
        let channel = Channel::builder(far.by(protocol)).concurrency(1).connect().await.unwrap();
        let client = BellClient::new(channel.clone());
        let holder = client.clone();
        let holding = tokio::spawn(async move { holder.hold().await });
        tokio::time::sleep(DISTANCE / 2).await;
        let late = client.ring().within(DISTANCE / 2).await.unwrap_err();
        assert_eq!(late.code(), Code::DeadlineExceeded, "{protocol}");
        holding.abort();
        channel.drain().await.unwrap();
        client.ring().await.unwrap();
        channel.drain().await.unwrap();
        until("the second ring is heard", || bell.0.load(Ordering::SeqCst) == 1).await;
    }
}
