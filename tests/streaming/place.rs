//! Where the service stands, on each transport there is.

use std::fs::File;
use std::path::PathBuf;

use polyrpc::Server;
use polyrpc_test_support::{Certificates, QueueEndpoint, scratch};

use crate::kinds::{Served, serve};
use crate::service::{Sample, StreamsServer};

/// Says to this program that it is the child of another, which calls it by `exec:`.
const CHILD: &str = "POLYRPC_STREAMS_CHILD";

/// A served listener, and how clients name it.
pub(crate) struct Place {
    /// Without a protocol.
    pub(crate) endpoint: String,
    _folder: Option<Folder>,
    _queue: Option<QueueEndpoint>,
    _served: Option<Served>,
}

impl Place {
    /// The service on a transport, by itself.
    pub(crate) async fn new(transport: &str) -> Place {
        match transport {
            "tcp" => Place::of(serve("tcp://127.0.0.1:0").await),
            "unix" => {
                let folder = scratch("streams");
                let served = serve(&*format!("unix:{}/s", folder.display())).await;
                Place { _folder: Some(Folder(folder)), ..Place::of(served) }
            }
            "unix_abstract" => Place::of(serve(&*unique("unix:@polyrpc-streams")).await),
            "tls" => {
                let folder = scratch("streams");
                let served = serve(&*Certificates::new().endpoint(&folder)).await;
                let address = served.endpoint.split('?').next().unwrap_or_default();
                let endpoint = format!("{address}?ca={}/ca.pem", folder.display());
                Place { endpoint, _folder: Some(Folder(folder)), ..Place::of(served) }
            }
            "exec" => Place { endpoint: child(), _folder: None, _queue: None, _served: None },
            "mem" => Place::of(serve(&*unique("mem:streams")).await),
            "posix_mq" => {
                let queue = QueueEndpoint::new("streams");
                let served = serve(&*queue).await;
                Place { _queue: Some(queue), ..Place::of(served) }
            }
            other => panic!("no transport: {other}"),
        }
    }

    fn of(served: Served) -> Place {
        Place { endpoint: served.endpoint.clone(), _folder: None, _queue: None, _served: Some(served) }
    }
}

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // One that is left does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A name that no other test has.
pub(crate) fn unique(name: &str) -> String {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!("{name}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// This program as a child. The harness prints before the child has its turn: to standard error, and the stream that
/// the caller holds is put back later.
fn child() -> String {
    let program = std::env::current_exe().unwrap();
    let script = r#"exec "$0" --exact place::the_child --nocapture 3>%261 1>%262"#;
    format!("exec:/bin/sh?arg=-c&arg={script}&arg={}&env={CHILD}=1&stderr=null", program.display())
}

/// The child's part.
#[test]
fn the_child() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    rustix::stdio::dup2_stdout(File::options().write(true).open("/proc/self/fd/3").unwrap()).unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let server = Server::new().service(StreamsServer::new(Sample::default())).listen("stdio:");
        server.bind().await.unwrap().run_until(std::future::pending()).await;
    });
    // Before the harness says more.
    std::process::exit(0);
}
