//! A service that streams, for the page and these tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt;
use polyrpc_core::{Context, Result, Server, Status, Streaming};
use polyrpc_macros::{Message, RpcError, service};

#[derive(Message)]
#[rpc(crate = polyrpc_core)]
pub(crate) struct Line {
    pub(crate) text: String,
}

#[derive(RpcError, Debug)]
#[rpc(crate = polyrpc_core)]
pub(crate) enum FeedError {
    #[rpc(FailedPrecondition, "ended after {count}")]
    Ended { count: u64 },
    #[rpc(status)]
    Rpc(Status),
}

#[service(package = "feed.v1", crate = polyrpc_core)]
pub(crate) trait Feed {
    async fn count(&self, n: u64) -> Result<Streaming<u64>>;
    async fn fail_after(&self, n: u64) -> Result<Streaming<u64, FeedError>, FeedError>;
    async fn refuse(&self) -> Result<Streaming<u64, FeedError>, FeedError>;
    async fn priced(&self, cx: &Context, skus: Vec<String>) -> Result<Streaming<String>>;
    async fn join(&self, lines: Streaming<Line>) -> Result<String>;
    async fn depths(&self, values: Streaming<serde_json::Value>) -> Result<u64>;
    async fn shout(&self, lines: Streaming<Line>) -> Result<Streaming<Line>>;
    #[rpc(jsonrpc(
        subscribe = "feed_subscribe",
        notification = "feed_news",
        unsubscribe = "feed_unsubscribe"
    ))]
    async fn news(&self) -> Result<Streaming<u64>>;
    /// Asks the caller what the lot costs.
    async fn haggle(&self, cx: &Context, skus: Vec<String>) -> Result<u64>;
}

/// What a caller offers.
#[service(package = "feed.v1", crate = polyrpc_core)]
pub(crate) trait Desk {
    async fn price(&self, sku: String) -> Result<u64>;
}

/// How many items were made, and how many streams were dropped.
#[derive(Clone, Default)]
pub(crate) struct Source {
    pub(crate) made: Arc<AtomicUsize>,
    pub(crate) dropped: Arc<AtomicUsize>,
}

/// Counts when it is dropped.
struct Watch(Arc<AtomicUsize>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Feed for Source {
    async fn count(&self, n: u64) -> Result<Streaming<u64>> {
        let (watch, made) = (Watch(self.dropped.clone()), self.made.clone());
        Ok(Streaming::from_items((0..n).inspect(move |_| {
            let _watch = &watch;
            made.fetch_add(1, Ordering::SeqCst);
        })))
    }

    async fn fail_after(&self, n: u64) -> Result<Streaming<u64, FeedError>, FeedError> {
        let failure = futures_util::stream::iter([Err(FeedError::Ended { count: n })]);
        Ok(Streaming::new(futures_util::stream::iter((0..n).map(Ok)).chain(failure)))
    }

    async fn refuse(&self) -> Result<Streaming<u64, FeedError>, FeedError> {
        Err(FeedError::Ended { count: 0 })
    }

    async fn priced(&self, cx: &Context, skus: Vec<String>) -> Result<Streaming<String>> {
        cx.reply().header("x-currency", "EUR").trailer("x-shop", "seven");
        let cx = cx.clone();
        Ok(Streaming::produce(async move |out| {
            for sku in &skus {
                out.send(format!("{sku}: 1.00")).await;
            }
            cx.reply().trailer("x-total", &format!("{}.00", skus.len()));
            Ok(())
        }))
    }

    async fn join(&self, mut lines: Streaming<Line>) -> Result<String> {
        let mut all = String::new();
        while let Some(line) = lines.message().await? {
            all += &line.text;
        }
        Ok(all)
    }

    async fn depths(&self, mut values: Streaming<serde_json::Value>) -> Result<u64> {
        let mut count = 0;
        while values.message().await?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    async fn shout(&self, lines: Streaming<Line>) -> Result<Streaming<Line>> {
        Ok(Streaming::new(lines.map(|line| line.map(|line| Line { text: line.text.to_uppercase() }))))
    }

    async fn news(&self) -> Result<Streaming<u64>> {
        Ok(Streaming::from_items([7]))
    }

    async fn haggle(&self, cx: &Context, skus: Vec<String>) -> Result<u64> {
        let desk = DeskClient::new(cx.caller()?);
        let mut sum = 0;
        for sku in skus {
            sum += desk.price(sku).await?;
        }
        Ok(sum)
    }
}

pub(crate) fn server(source: &Source) -> Server {
    Server::new().service(FeedServer::new(source.clone()))
}
