//! A server that runs beside the test, and how to reach it.

use std::future::pending;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use polyrpc::{CallLayers, Channel, Endpoint, Server};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{ProbeClient, ProbeServer, Seen, Subject};

pub(crate) const PROTOCOLS: [&str; 3] = ["grpc", "jsonrpc", "xmlrpc"];
pub(crate) const TCP: &str = "tcp://127.0.0.1:0";

/// A running server. It is stopped, at once, when this is dropped.
pub(crate) struct Served {
    endpoints: Vec<Endpoint>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Served {
    pub(crate) async fn start<L: CallLayers>(server: Server<L>) -> Served {
        let server = server.bind().await.unwrap();
        let endpoints = server.endpoints().to_vec();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(server.run_until(async {
            if stopped.await.is_err() {
                pending().await
            }
        }));
        Served { endpoints, stop: Some(stop), task }
    }

    /// A probe on TCP, and what its handlers do.
    pub(crate) async fn probe() -> (Served, Arc<Seen>) {
        let subject = Subject::new();
        let seen = subject.0.clone();
        (Served::start(Server::new().service(ProbeServer::new(subject)).listen(TCP)).await, seen)
    }

    pub(crate) fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// The first endpoint, by a protocol.
    pub(crate) fn by(&self, protocol: &str) -> String {
        format!("{protocol}+{}", self.endpoints[0])
    }

    /// Where TCP listens.
    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::new(self.endpoints[0].host().unwrap().parse().unwrap(), self.endpoints[0].port().unwrap())
    }

    pub(crate) async fn client(&self, protocol: &str) -> ProbeClient {
        ProbeClient::new(Channel::connect(self.by(protocol)).await.unwrap())
    }

    /// A client of each protocol.
    pub(crate) async fn clients(&self) -> Vec<(&'static str, ProbeClient)> {
        let mut clients = Vec::new();
        for protocol in PROTOCOLS {
            clients.push((protocol, self.client(protocol).await));
        }
        clients
    }

    pub(crate) fn begin_stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// Waits for the end of the server.
    pub(crate) async fn ended(mut self) {
        (&mut self.task).await.unwrap();
    }

    /// Drops listeners and connections as if the process died.
    pub(crate) async fn kill(mut self) {
        self.task.abort();
        assert!((&mut self.task).await.unwrap_err().is_cancelled());
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A name that no other test of this process has.
pub(crate) fn unique(what: &str) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("{what}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst))
}

/// A folder that is removed at the end of the test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Folder {
        let path = std::env::temp_dir().join(unique("polyrpc-behaviour"));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    /// A Unix socket's endpoint in it.
    pub(crate) fn socket(&self) -> String {
        format!("unix:{}", self.0.join("s").display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
