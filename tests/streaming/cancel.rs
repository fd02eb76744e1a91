//! Calls that are dropped: who is told of it, and who is not harmed by it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use polyrpc::{Context, Dispatch, Result, Server, Status, StreamSender, Streaming, service};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::kinds::{GRPC, LINES, Properties, WAYS, WEBSOCKET, soon};

/// Calls in a row that are dropped.
const MANY: usize = 10_000;

/// A handler is told within this.
const SOON: Duration = Duration::from_millis(100);

#[service(package = "cancels.v1")]
trait Cancels {
    /// Never answers.
    async fn wait(&self, cx: &Context) -> Result<()>;
    /// One number, and then silence.
    async fn tick(&self, cx: &Context) -> Result<Streaming<u64>>;
    /// Never answers, but reads.
    async fn listen(&self, cx: &Context, values: Streaming<u64>) -> Result<()>;
    /// What comes.
    async fn echo(&self, cx: &Context, values: Streaming<u64>) -> Result<Streaming<u64>>;
}

/// What became of the calls.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) begun: Notify,
    dropped: AtomicUsize,
    told: AtomicUsize,
}

impl Seen {
    pub(crate) fn dropped(&self) -> usize {
        self.dropped.load(Ordering::SeqCst)
    }

    pub(crate) fn told(&self) -> usize {
        self.told.load(Ordering::SeqCst)
    }
}

/// Lives as long as a call.
pub(crate) struct Watch(Arc<Seen>);

impl Watch {
    pub(crate) fn begin(seen: &Arc<Seen>, cx: &Context) -> Watch {
        let (told, cx) = (seen.clone(), cx.clone());
        tokio::spawn(async move {
            cx.cancelled().await;
            told.told.fetch_add(1, Ordering::SeqCst);
        });
        seen.begun.notify_one();
        Watch(seen.clone())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.dropped.fetch_add(1, Ordering::SeqCst);
    }
}

/// The end of the line.
#[derive(Clone, Default)]
struct Far(Arc<Seen>);

impl Cancels for Far {
    async fn wait(&self, cx: &Context) -> Result<()> {
        let _watch = Watch::begin(&self.0, cx);
        std::future::pending().await
    }

    async fn tick(&self, cx: &Context) -> Result<Streaming<u64>> {
        let watch = Watch::begin(&self.0, cx);
        Ok(Streaming::produce(async move |out| {
            let _watch = watch;
            out.send(1).await;
            std::future::pending().await
        }))
    }

    async fn listen(&self, cx: &Context, mut values: Streaming<u64>) -> Result<()> {
        let _watch = Watch::begin(&self.0, cx);
        while values.message().await?.is_some() {}
        std::future::pending().await
    }

    async fn echo(&self, _: &Context, values: Streaming<u64>) -> Result<Streaming<u64>> {
        Ok(values)
    }
}

/// A bridge that watches its own calls.
struct Near {
    far: CancelsClient,
    seen: Arc<Seen>,
}

impl Cancels for Near {
    async fn wait(&self, cx: &Context) -> Result<()> {
        let _watch = Watch::begin(&self.seen, cx);
        self.far.wait(cx).await
    }

    async fn tick(&self, cx: &Context) -> Result<Streaming<u64>> {
        let watch = Watch::begin(&self.seen, cx);
        let mut ticks = self.far.tick(cx).await?;
        Ok(Streaming::produce(async move |out| {
            let _watch = watch;
            while let Some(tick) = ticks.message().await? {
                out.send(tick).await;
            }
            Ok(())
        }))
    }

    async fn listen(&self, cx: &Context, values: Streaming<u64>) -> Result<()> {
        let _watch = Watch::begin(&self.seen, cx);
        self.far.listen(cx, values).await
    }

    async fn echo(&self, cx: &Context, values: Streaming<u64>) -> Result<Streaming<u64>> {
        self.far.echo(cx, values).await
    }
}

/// A server that lives as long as this.
struct Served {
    endpoint: String,
    running: JoinHandle<()>,
}

impl Served {
    async fn start(service: impl Dispatch) -> Served {
        let server = Server::new().service(service).listen("tcp://127.0.0.1:0").bind().await.unwrap();
        let endpoint = server.endpoints()[0].to_string();
        Served { endpoint, running: tokio::spawn(server.run_until(std::future::pending())) }
    }

    async fn client(&self, protocol: &str) -> CancelsClient {
        CancelsClient::connect(format!("{protocol}+{}", self.endpoint)).await.unwrap()
    }

    async fn client_by(&self, way: Properties) -> CancelsClient {
        CancelsClient::connect(way.at(&self.endpoint)).await.unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// A call that goes on, whatever becomes of the others.
struct Steady {
    sender: StreamSender<u64, Status>,
    echo: Streaming<u64>,
    sent: u64,
}

impl Steady {
    async fn begin(client: &CancelsClient) -> Steady {
        let (sender, values) = Streaming::channel(1);
        let echo = client.echo(&Context::current(), values).await.unwrap();
        Steady { sender, echo, sent: 0 }
    }

    async fn check(&mut self) {
        self.sent += 1;
        self.sender.send(self.sent).await.unwrap();
        assert_eq!(self.echo.message().await.unwrap(), Some(self.sent));
    }

    async fn end(mut self) {
        self.check().await;
        drop(self.sender);
        assert_eq!(self.echo.message().await.unwrap(), None);
    }
}

/// A unary call that is dropped once its handler runs.
async fn drop_wait(client: &CancelsClient, seen: &Seen) {
    let cx = Context::current();
    tokio::select! {
        result = client.wait(&cx) => panic!("it ended: {result:?}"),
        () = seen.begun.notified() => {}
    }
}

/// A stream that is dropped behind its first item.
async fn drop_tick(client: &CancelsClient, seen: &Seen) {
    let mut ticks = client.tick(&Context::current()).await.unwrap();
    assert_eq!(ticks.message().await.unwrap(), Some(1));
    seen.begun.notified().await;
}

/// An upload that is dropped once its handler runs.
async fn drop_listen(client: &CancelsClient, seen: &Seen) {
    let (_sender, values) = Streaming::channel(1);
    let cx = Context::current();
    tokio::select! {
        result = client.listen(&cx, values) => panic!("it ended: {result:?}"),
        () = seen.begun.notified() => {}
    }
}

/// Waits until all of these have heard of so many calls that were dropped.
pub(crate) async fn heard(all: &[&Arc<Seen>], count: usize) {
    let all: Vec<Arc<Seen>> = all.iter().map(|seen| (*seen).clone()).collect();
    let took = soon(|| all.iter().all(|seen| seen.dropped() == count && seen.told() == count)).await;
    assert!(took < SOON, "{took:?}");
}

#[tokio::test]
async fn a_call_that_is_dropped_is_told_of_over_a_bridge() {
    let far = Far::default();
    let far_served = Served::start(CancelsServer::new(far.clone())).await;
    let near = Near { far: far_served.client("grpc").await, seen: Arc::default() };
    let seen = near.seen.clone();
    let near_served = Served::start(CancelsServer::new(near)).await;
    let client = near_served.client("grpc").await;
    // The far end has begun when this end is told so.
    drop_wait(&client, &far.0).await;
    heard(&[&seen, &far.0], 1).await;
    drop_tick(&client, &far.0).await;
    heard(&[&seen, &far.0], 2).await;
    drop_listen(&client, &far.0).await;
    heard(&[&seen, &far.0], 3).await;
}

#[tokio::test]
async fn a_client_that_is_served_as_it_is_passes_on_that_its_caller_has_gone() {
    for (near_way, far_way) in WAYS.into_iter().flat_map(|near| WAYS.map(|far| (near, far))) {
        let far = Far::default();
        let far_served = Served::start(CancelsServer::new(far.clone())).await;
        let near_served = Served::start(CancelsServer::new(far_served.client_by(far_way).await)).await;
        let client = near_served.client_by(near_way).await;
        drop_wait(&client, &far.0).await;
        heard(&[&far.0], 1).await;
        drop_tick(&client, &far.0).await;
        heard(&[&far.0], 2).await;
        // Where an argument goes as a whole, the call does not begin before its end.
        if near_way.duplex && far_way.duplex {
            drop_listen(&client, &far.0).await;
            heard(&[&far.0], 3).await;
        }
    }
}

/// On a connection that all calls share.
async fn ten_thousand_cancels(way: Properties) {
    let far = Far::default();
    let served = Served::start(CancelsServer::new(far.clone())).await;
    let client = served.client_by(way).await;
    let mut steady = Steady::begin(&client).await;
    for number in 0..MANY {
        match number % 3 {
            0 => drop_wait(&client, &far.0).await,
            1 => drop_tick(&client, &far.0).await,
            _ => drop_listen(&client, &far.0).await,
        }
        if number % 100 == 0 {
            steady.check().await;
        }
    }
    heard(&[&far.0], MANY).await;
    // It is the connection of the first call, or this one would have failed.
    steady.end().await;
}

#[tokio::test]
async fn ten_thousand_cancels_harm_no_other_call() {
    ten_thousand_cancels(GRPC).await;
}

#[tokio::test]
async fn ten_thousand_cancels_harm_no_other_call_of_a_stream_of_lines() {
    ten_thousand_cancels(LINES).await;
}

#[tokio::test]
async fn ten_thousand_cancels_harm_no_other_call_of_a_websocket() {
    ten_thousand_cancels(WEBSOCKET).await;
}
