//! A service whose handlers do what a test asks of them, and tell what became of them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use polyrpc::{Code, Context, Result, ResultExt, Status, service};
use tokio::sync::Semaphore;

/// What a test asks for.
#[service(package = "behaviour.v1")]
pub(crate) trait Probe {
    async fn echo(&self, text: String) -> Result<String>;
    async fn add(&self, a: i64, b: i64) -> Result<i64>;
    async fn size(&self, data: Vec<u8>) -> Result<u64>;
    async fn blob(&self, len: u64) -> Result<Vec<u8>>;
    /// The caller's metadata.
    async fn metadata(&self, cx: &Context) -> Result<BTreeMap<String, String>>;
    /// The milliseconds that the caller still waits; the reply has the header `x-seen`.
    async fn remaining(&self, cx: &Context) -> Result<Option<u64>>;
    /// Never ends.
    async fn hang(&self) -> Result<()>;
    /// Ends when the test lets it.
    async fn hold(&self) -> Result<u64>;
    async fn panic(&self) -> Result<()>;
    /// Fails of an error that nobody expected.
    async fn unexpected(&self) -> Result<()>;
    async fn fail(&self, code: u32, message: String) -> Result<()>;
    #[rpc(timeout = "2s")]
    async fn hurried(&self) -> Result<()>;
    #[rpc(attr(role = "admin"))]
    async fn erase(&self) -> Result<()>;
}

/// What the handlers did.
pub(crate) struct Seen {
    begun: AtomicUsize,
    dropped: AtomicUsize,
    held: Semaphore,
}

impl Seen {
    /// Handlers that began.
    pub(crate) fn begun(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }

    /// Handlers that were dropped before they ended.
    pub(crate) fn dropped(&self) -> usize {
        self.dropped.load(Ordering::SeqCst)
    }

    /// Lets so many held calls end.
    pub(crate) fn release(&self, calls: usize) {
        self.held.add_permits(calls);
    }
}

/// The implementation.
#[derive(Clone)]
pub(crate) struct Subject(pub(crate) Arc<Seen>);

impl Subject {
    pub(crate) fn new() -> Subject {
        let held = Semaphore::new(0);
        Subject(Arc::new(Seen { begun: AtomicUsize::new(0), dropped: AtomicUsize::new(0), held }))
    }
}

/// Counts a handler that was dropped before it ended.
struct Running<'a>(&'a Seen);

impl<'a> Running<'a> {
    fn begin(seen: &'a Seen) -> Running<'a> {
        seen.begun.fetch_add(1, Ordering::SeqCst);
        Running(seen)
    }

    fn end(self) {
        std::mem::forget(self);
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.dropped.fetch_add(1, Ordering::SeqCst);
    }
}

/// What must never be seen on a wire.
pub(crate) const SECRET: &str = "password is hunter2";

impl Probe for Subject {
    async fn echo(&self, text: String) -> Result<String> {
        Running::begin(&self.0).end();
        Ok(text)
    }

    async fn add(&self, a: i64, b: i64) -> Result<i64> {
        Running::begin(&self.0).end();
        Ok(a + b)
    }

    async fn size(&self, data: Vec<u8>) -> Result<u64> {
        Running::begin(&self.0).end();
        Ok(data.len() as u64)
    }

    async fn blob(&self, len: u64) -> Result<Vec<u8>> {
        Ok(vec![7; len as usize])
    }

    async fn metadata(&self, cx: &Context) -> Result<BTreeMap<String, String>> {
        Ok(cx.metadata().iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
    }

    async fn remaining(&self, cx: &Context) -> Result<Option<u64>> {
        cx.reply().header("x-seen", "yes");
        Ok(cx.remaining().map(|left| left.as_millis() as u64))
    }

    async fn hang(&self) -> Result<()> {
        let _running = Running::begin(&self.0);
        std::future::pending().await
    }

    async fn hold(&self) -> Result<u64> {
        let running = Running::begin(&self.0);
        let released = self.0.held.acquire().await;
        released.internal()?.forget();
        running.end();
        Ok(7)
    }

    async fn panic(&self) -> Result<()> {
        panic!("{SECRET}, says the panic that the test wants")
    }

    async fn unexpected(&self) -> Result<()> {
        Err(std::io::Error::other(SECRET)).internal()
    }

    async fn fail(&self, code: u32, message: String) -> Result<()> {
        Err(Status::new(Code::from_number(code.into()), message))
    }

    async fn hurried(&self) -> Result<()> {
        std::future::pending().await
    }

    async fn erase(&self) -> Result<()> {
        Ok(())
    }
}
