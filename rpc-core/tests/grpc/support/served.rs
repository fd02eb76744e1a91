//! A service of ours, and its server.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use polyrpc_core::{BoundServer, Code, Context, Result, Server, Status, Streaming};
use polyrpc_macros::{RpcError, service};

use super::Raw;

/// Why `typed` fails.
#[derive(Debug, RpcError)]
#[rpc(crate = polyrpc_core)]
pub(crate) enum WireError {
    #[rpc(NotFound, "no order {id}")]
    NoSuchOrder { id: u64 },
    #[rpc(status)]
    Rpc(Status),
}

/// What the tests call.
#[service(package = "wire.v1", crate = polyrpc_core)]
pub(crate) trait Wire {
    async fn echo(&self, value: String) -> Result<String>;
    /// Compresses its reply.
    async fn packed(&self, cx: &Context, value: String) -> Result<String>;
    async fn fail(&self, code: u32, message: String) -> Result<()>;
    async fn typed(&self, id: u64) -> Result<(), WireError>;
    /// The values of a key, and those of a binary one.
    async fn metadata(&self, cx: &Context, key: String) -> Result<Vec<String>>;
    async fn bytes(&self, cx: &Context, key: String) -> Result<Vec<Vec<u8>>>;
    /// Headers and trailers on the reply; fails when told to.
    async fn decorated(&self, cx: &Context, fail: bool) -> Result<()>;
    /// Sets a header that cannot be set.
    async fn reserved(&self, cx: &Context, key: String) -> Result<()>;
    /// Milliseconds until the deadline.
    async fn remaining(&self, cx: &Context) -> Result<Option<u64>>;
    async fn stuck(&self) -> Result<()>;
    async fn blob(&self, len: u64) -> Result<Vec<u8>>;
    /// 0 to `n` - 1, a few milliseconds apart.
    async fn count(&self, n: u64) -> Result<Streaming<u64>>;
    /// So many numbers of as many bytes on the wire, all ready at once.
    async fn flood(&self, n: u64) -> Result<Streaming<u64>>;
    /// The sum.
    async fn add(&self, values: Streaming<u64>) -> Result<u64>;
    #[rpc(oneway)]
    async fn note(&self, text: String) -> Result<()>;
}

/// The least number whose message has eight bytes.
pub(crate) const EIGHT: u64 = 1 << 42;

/// What the handlers did.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) begun: AtomicUsize,
    pub(crate) dropped: AtomicUsize,
    pub(crate) notes: Mutex<Vec<String>>,
}

#[derive(Debug, Default)]
struct Handlers(Arc<Seen>);

/// Counts a handler that is dropped before its end.
struct Dropped(Arc<Seen>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.dropped.fetch_add(1, Ordering::SeqCst);
    }
}

impl Wire for Handlers {
    async fn echo(&self, value: String) -> Result<String> {
        self.0.begun.fetch_add(1, Ordering::SeqCst);
        Ok(value)
    }

    async fn packed(&self, cx: &Context, value: String) -> Result<String> {
        cx.reply().compress(true);
        Ok(value)
    }

    async fn fail(&self, code: u32, message: String) -> Result<()> {
        Err(Status::new(Code::from_number(code.into()), message))
    }

    async fn typed(&self, id: u64) -> Result<(), WireError> {
        Err(WireError::NoSuchOrder { id })
    }

    async fn metadata(&self, cx: &Context, key: String) -> Result<Vec<String>> {
        Ok(cx.metadata().get_all(&key).map(str::to_owned).collect())
    }

    async fn bytes(&self, cx: &Context, key: String) -> Result<Vec<Vec<u8>>> {
        Ok(cx.metadata().get_all_bin(&key).map(Vec::from).collect())
    }

    async fn decorated(&self, cx: &Context, fail: bool) -> Result<()> {
        let reply = cx.reply().header("x-a", "1").header("x-a", "2").header_bin("x-bin", b"\0\x01");
        reply.trailer("x-t", "last").trailer_bin("x-t-bin", b"\xff").trailer_bin("x-t-bin", b"");
        if fail { Err(Status::aborted("told to")) } else { Ok(()) }
    }

    async fn reserved(&self, cx: &Context, key: String) -> Result<()> {
        cx.reply().header(&key, "x");
        Ok(())
    }

    async fn remaining(&self, cx: &Context) -> Result<Option<u64>> {
        Ok(cx.remaining().map(|remaining| remaining.as_millis().try_into().unwrap_or(u64::MAX)))
    }

    async fn stuck(&self) -> Result<()> {
        self.0.begun.fetch_add(1, Ordering::SeqCst);
        let _dropped = Dropped(self.0.clone());
        std::future::pending().await
    }

    async fn blob(&self, len: u64) -> Result<Vec<u8>> {
        Ok(vec![7; len as usize])
    }

    async fn count(&self, n: u64) -> Result<Streaming<u64>> {
        Ok(Streaming::produce(async move |out| {
            for i in 0..n {
                out.send(i).await;
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Ok(())
        }))
    }

    async fn flood(&self, n: u64) -> Result<Streaming<u64>> {
        Ok(Streaming::from_items((0..n).map(|i| EIGHT + i)))
    }

    async fn add(&self, mut values: Streaming<u64>) -> Result<u64> {
        let mut sum = 0;
        while let Some(value) = values.message().await? {
            sum += value;
        }
        Ok(sum)
    }

    async fn note(&self, text: String) -> Result<()> {
        self.0.notes.lock().unwrap().push(text);
        Ok(())
    }
}

/// A server of [`Wire`], for as long as it is held.
pub(crate) struct Served {
    pub(crate) seen: Arc<Seen>,
    pub(crate) address: SocketAddr,
    running: tokio::task::JoinHandle<()>,
}

impl Served {
    pub(crate) async fn start() -> Served {
        Served::with(|server| server).await
    }

    pub(crate) async fn with(options: impl FnOnce(Server) -> Server) -> Served {
        let handlers = Handlers::default();
        let seen = handlers.0.clone();
        let server = options(Server::new().service(WireServer::new(handlers)));
        let server: BoundServer = server.listen("tcp://127.0.0.1:0").bind().await.unwrap();
        let address = server.endpoints()[0].to_string();
        let address = address.strip_prefix("tcp://").unwrap().parse().unwrap();
        let running = tokio::spawn(async move {
            server.run_until(std::future::pending()).await;
        });
        Served { seen, address, running }
    }

    pub(crate) async fn raw(&self) -> Raw {
        Raw::connect(self.address).await
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.running.abort();
    }
}
