//! Deadlines inside streams, over a bridge: they travel, and shrink on the way. The clock runs ahead.

use std::time::Duration;

use polyrpc::{
    Call, CallExt, Code, Context, Dispatch, Next, Result, Server, Status, Streaming, from_fn, service,
};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::kinds::{Properties, WAYS};

/// What the caller grants.
const GRANTED: Duration = Duration::from_secs(20);

/// How long calls stay in the bridge before they go on.
const DETOUR: Duration = Duration::from_secs(5);

#[service(package = "deadlines.v1")]
trait Deadlines {
    /// The milliseconds that are left, and then silence.
    async fn left(&self, cx: &Context) -> Result<Streaming<u64>>;
    /// The same for a caller that streams.
    async fn left_for(&self, cx: &Context, values: Streaming<u64>) -> Result<Streaming<u64>>;
}

struct Far;

/// What is left, an item, and silence.
fn left(cx: &Context) -> Streaming<u64> {
    let left = cx.remaining().map_or(u64::MAX, |left| left.as_millis() as u64);
    Streaming::produce(async move |out| {
        out.send(left).await;
        std::future::pending().await
    })
}

impl Deadlines for Far {
    async fn left(&self, cx: &Context) -> Result<Streaming<u64>> {
        Ok(left(cx))
    }

    async fn left_for(&self, cx: &Context, _: Streaming<u64>) -> Result<Streaming<u64>> {
        Ok(left(cx))
    }
}

async fn serve(service: impl Dispatch, detour: Duration) -> (String, JoinHandle<()>) {
    let detour = from_fn(move |call: Call, next: Next| async move {
        tokio::time::sleep(detour).await;
        next.run(call).await
    });
    let server =
        Server::new().service(service).layer(detour).listen("tcp://127.0.0.1:0").bind().await.unwrap();
    (server.endpoints()[0].to_string(), tokio::spawn(server.run_until(std::future::pending())))
}

/// What was left at the far end; and that the stream ends when nothing is.
async fn ends(what: &str, begun: Instant, stream: Result<Streaming<u64>>) {
    let mut stream = stream.unwrap();
    let left = Duration::from_millis(stream.message().await.unwrap().unwrap());
    let shrunk = GRANTED - DETOUR;
    assert!(left <= shrunk && left > shrunk - Duration::from_secs(2), "{what}: {left:?} are left");
    let status: Status = stream.message().await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded, "{what}: {status}");
    let took = begun.elapsed();
    assert!(took >= GRANTED && took < GRANTED + Duration::from_secs(1), "{what}: {took:?}");
}

async fn travels(near_way: Properties, far_way: Properties) {
    let what = format!("{near_way:?} before {far_way:?}");
    let (far, far_serving) = serve(DeadlinesServer::new(Far), Duration::ZERO).await;
    let bridge = DeadlinesClient::connect(far_way.at(&far)).await.unwrap();
    let (near, near_serving) = serve(DeadlinesServer::new(bridge), DETOUR).await;
    let client = DeadlinesClient::connect(near_way.at(&near)).await.unwrap();
    let cx = Context::current();
    let begun = Instant::now();
    ends(&what, begun, client.left(&cx).within(GRANTED).await).await;
    let begun = Instant::now();
    let values = Streaming::from_items([1]);
    ends(&what, begun, client.left_for(&cx, values).within(GRANTED).await).await;
    near_serving.abort();
    far_serving.abort();
}

#[tokio::test(start_paused = true)]
async fn a_deadline_shrinks_over_a_bridge_and_ends_the_stream_at_both_ends() {
    for (near, far) in WAYS.into_iter().flat_map(|near| WAYS.map(|far| (near, far))) {
        travels(near, far).await;
    }
}
