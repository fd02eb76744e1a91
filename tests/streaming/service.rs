//! The service that the tests stream with.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt;
use polyrpc::{Context, Message, RpcError, Status, Streaming, service};

/// An item that is a message by itself.
#[derive(Message, Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) number: Option<u32>,
}

/// The head of a block.
#[derive(Message, Clone, Debug, PartialEq)]
pub(crate) struct Head {
    pub(crate) number: String,
}

#[derive(Debug, RpcError)]
pub(crate) enum StreamError {
    #[rpc(FailedPrecondition, "ended after {count}")]
    Ended { count: u64 },
    #[rpc(status)]
    Rpc(Status),
}

#[service(package = "streams.v1")]
pub(crate) trait Streams {
    /// 0 to `n` - 1.
    async fn count(&self, n: u64, pause_millis: Option<u64>) -> polyrpc::Result<Streaming<u64>>;
    /// 0 to `n` - 1, and then a failure.
    async fn fail_after(&self, n: u64) -> Result<Streaming<u64, StreamError>, StreamError>;
    /// Fails before the stream begins.
    async fn refuse(&self) -> Result<Streaming<u64, StreamError>, StreamError>;
    /// The sum.
    async fn sum(&self, values: Streaming<u64>) -> polyrpc::Result<u64>;
    /// Each line as it comes, in capitals.
    async fn shout(&self, cx: &Context, lines: Streaming<Line>) -> polyrpc::Result<Streaming<Line>>;
    /// All lines, the last first.
    async fn reverse(&self, lines: Streaming<Line>) -> polyrpc::Result<Streaming<Line>>;
    /// Never reads what the caller streams.
    async fn deaf(&self, values: Streaming<u64>) -> polyrpc::Result<u64>;
    /// New heads of a chain, as the clients of Ethereum ask for them.
    #[rpc(jsonrpc(
        subscribe = "eth_subscribe",
        notification = "eth_subscription",
        unsubscribe = "eth_unsubscribe"
    ))]
    async fn subscribe(&self, kind: String) -> polyrpc::Result<Streaming<Head>>;
    /// Panics after `n` items.
    async fn panic_after(&self, n: u64) -> polyrpc::Result<Streaming<u64>>;
    /// Lines of 16 KiB without end.
    async fn pour(&self) -> polyrpc::Result<Streaming<Line>>;
    /// Holds what the caller streams, reads none of it, and never answers.
    async fn hold(&self, lines: Streaming<Line>) -> polyrpc::Result<()>;
    /// Never begins the stream that it promises.
    async fn linger(&self, lines: Streaming<Line>) -> polyrpc::Result<Streaming<Line>>;
    /// How many calls were dropped before their end.
    async fn cancellations(&self) -> polyrpc::Result<u64>;
}

/// Counts the calls that were dropped before their end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sample {
    pub(crate) cancelled: Arc<AtomicUsize>,
    /// Lines that were made by `pour`.
    pub(crate) poured: Arc<AtomicUsize>,
    /// Calls of `sum` that run.
    pub(crate) summing: Arc<AtomicUsize>,
    /// What streams of `sum` came to that had an end.
    pub(crate) sums: Arc<Mutex<Vec<u64>>>,
}

/// Counts those that run.
struct Running(Arc<AtomicUsize>);

impl Running {
    fn begin(count: &Arc<AtomicUsize>) -> Running {
        count.fetch_add(1, Ordering::SeqCst);
        Running(count.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Counts unless it was told that the call ended.
struct Watch {
    cancelled: Arc<AtomicUsize>,
    ended: bool,
}

impl Watch {
    fn end(mut self) {
        self.ended = true;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !self.ended {
            self.cancelled.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Bytes of a line that is poured.
pub(crate) const POURED: usize = 16 << 10;

/// Lines without end, which are counted as they are made; `held` is dropped with them.
pub(crate) fn poured(count: Arc<AtomicUsize>, held: impl Send + 'static) -> Streaming<Line> {
    Streaming::from_items(std::iter::repeat_with(move || {
        let _held = &held;
        count.fetch_add(1, Ordering::SeqCst);
        Line { text: "x".repeat(POURED), number: None }
    }))
}

impl Sample {
    pub(crate) fn cancelled(&self) -> usize {
        self.cancelled.load(Ordering::SeqCst)
    }
}

impl Streams for Sample {
    async fn count(&self, n: u64, pause_millis: Option<u64>) -> polyrpc::Result<Streaming<u64>> {
        let watch = Watch { cancelled: self.cancelled.clone(), ended: false };
        Ok(Streaming::produce(async move |out| {
            for i in 0..n {
                if let Some(pause) = pause_millis {
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                }
                out.send(i).await;
            }
            watch.end();
            Ok(())
        }))
    }

    async fn fail_after(&self, n: u64) -> Result<Streaming<u64, StreamError>, StreamError> {
        let items = futures_util::stream::iter((0..n).map(Ok));
        let failure = futures_util::stream::iter([Err(StreamError::Ended { count: n })]);
        Ok(Streaming::new(items.chain(failure)))
    }

    async fn refuse(&self) -> Result<Streaming<u64, StreamError>, StreamError> {
        Err(StreamError::Ended { count: 0 })
    }

    async fn sum(&self, mut values: Streaming<u64>) -> polyrpc::Result<u64> {
        let _running = Running::begin(&self.summing);
        let mut sum = 0;
        while let Some(value) = values.message().await? {
            sum += value;
        }
        self.sums.lock().unwrap().push(sum);
        Ok(sum)
    }

    async fn shout(&self, cx: &Context, mut lines: Streaming<Line>) -> polyrpc::Result<Streaming<Line>> {
        cx.reply().header("x-mood", "loud").trailer("x-end", "early");
        let cx = cx.clone();
        Ok(Streaming::produce(async move |out| {
            let mut count = 0;
            while let Some(line) = lines.message().await? {
                count += 1;
                out.send(Line { text: line.text.to_uppercase(), number: Some(count) }).await;
            }
            cx.reply().trailer("x-count", &count.to_string());
            Ok(())
        }))
    }

    async fn reverse(&self, mut lines: Streaming<Line>) -> polyrpc::Result<Streaming<Line>> {
        Ok(Streaming::produce(async move |out| {
            let mut all = Vec::new();
            while let Some(line) = lines.message().await? {
                all.push(line);
            }
            for line in all.into_iter().rev() {
                out.send(line).await;
            }
            Ok(())
        }))
    }

    async fn deaf(&self, values: Streaming<u64>) -> polyrpc::Result<u64> {
        let _values = values;
        Err(Status::resource_exhausted("not listening"))
    }

    async fn subscribe(&self, kind: String) -> polyrpc::Result<Streaming<Head>> {
        if kind != "newHeads" {
            return Err(Status::invalid_argument("there are newHeads only"));
        }
        let watch = Watch { cancelled: self.cancelled.clone(), ended: false };
        let heads = (0..3).map(|n| Ok(Head { number: format!("{n:#x}") }));
        // The chain goes on, but no block comes.
        let waiting = futures_util::stream::once(async move {
            let _watch = watch;
            std::future::pending().await
        });
        Ok(Streaming::new(futures_util::stream::iter(heads).chain(waiting)))
    }

    async fn panic_after(&self, n: u64) -> polyrpc::Result<Streaming<u64>> {
        Ok(Streaming::from_items((0..).map(move |i| if i < n { i } else { panic!("a bug") })))
    }

    async fn pour(&self) -> polyrpc::Result<Streaming<Line>> {
        let watch = Watch { cancelled: self.cancelled.clone(), ended: false };
        Ok(poured(self.poured.clone(), watch))
    }

    async fn hold(&self, lines: Streaming<Line>) -> polyrpc::Result<()> {
        let _watch = Watch { cancelled: self.cancelled.clone(), ended: false };
        let _lines = lines;
        std::future::pending().await
    }

    async fn linger(&self, lines: Streaming<Line>) -> polyrpc::Result<Streaming<Line>> {
        let _held = (lines, Watch { cancelled: self.cancelled.clone(), ended: false });
        std::future::pending().await
    }

    async fn cancellations(&self) -> polyrpc::Result<u64> {
        Ok(self.cancelled() as u64)
    }
}
