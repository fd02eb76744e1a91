//! A service that streams, for the page and these tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use polyrpc_core::{Context, Result, Server, Status, Streaming};
use polyrpc_macros::{RpcError, service};

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
    /// 0 to `n` - 1, with a pause before each.
    async fn count(&self, n: u64, pause_millis: Option<u64>) -> Result<Streaming<u64>>;
    /// 0 to `n` - 1, and then a failure.
    async fn fail_after(&self, n: u64) -> Result<Streaming<u64, FeedError>, FeedError>;
    async fn refuse(&self) -> Result<Streaming<u64, FeedError>, FeedError>;
    async fn priced(&self, cx: &Context, skus: Vec<String>) -> Result<Streaming<String>>;
    async fn join(&self, lines: Streaming<String>) -> Result<String>;
    async fn shout(&self, lines: Streaming<String>) -> Result<Streaming<String>>;
}

/// How many streams were dropped.
#[derive(Clone, Default)]
pub(crate) struct Source(pub(crate) Arc<AtomicUsize>);

impl Source {
    pub(crate) fn dropped(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// Counts when it is dropped.
struct Watch(Arc<AtomicUsize>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Feed for Source {
    async fn count(&self, n: u64, pause_millis: Option<u64>) -> Result<Streaming<u64>> {
        let watch = Watch(self.0.clone());
        Ok(Streaming::produce(async move |out| {
            let _watch = watch;
            for i in 0..n {
                if let Some(pause) = pause_millis {
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                }
                out.send(i).await;
            }
            Ok(())
        }))
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

    async fn join(&self, mut lines: Streaming<String>) -> Result<String> {
        let mut all = String::new();
        while let Some(line) = lines.message().await? {
            all += &line;
        }
        Ok(all)
    }

    async fn shout(&self, lines: Streaming<String>) -> Result<Streaming<String>> {
        Ok(Streaming::new(lines.map(|line| line.map(|line| line.to_uppercase()))))
    }
}

pub(crate) fn server(source: &Source) -> Server {
    Server::new().service(FeedServer::new(source.clone()))
}
