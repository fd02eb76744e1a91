//! Queues with peers that are hostile, die, or take what is not theirs. `docs/wire.md` says what is to come of it.

mod children;
mod deleted;
mod ends;
mod flood;
mod forged;
mod full;
mod killed;
mod limits;
mod malformed;
mod many;
mod overtaken;
mod priority;
mod raw;
mod squatted;
mod vanished;
mod waves;

use std::fs;
use std::io;
use std::time::{Duration, Instant};

use http::{Response, Version};
use nix::mqueue::{MQ_OFlag, mq_close, mq_open, mq_unlink};
use nix::sys::stat::Mode;
use polyrpc_test_support::room_for_queues;
use polyrpc_transports::{Body, ClientConfig, ClientError, HttpClient};

use crate::support::request;

/// The name of a server's queue that no other test has; it is free again at the end.
struct Name(String);

impl Name {
    fn new() -> Self {
        room_for_queues();
        Self(format!("/polyrpc-faults-{}", crate::conformance::unique()))
    }

    /// As an endpoint of a small queue: there are many tests, and a user's queues have a limit together.
    fn endpoint(&self) -> String {
        format!("posix-mq:{}?messages=4&size=2048", self.0)
    }

    /// With options behind those.
    fn with(&self, options: &str) -> String {
        format!("{}&{options}", self.endpoint())
    }

    /// How the names of its clients' queues begin.
    fn replies(&self) -> String {
        format!("/polyrpc.{}.", &self.0[1..])
    }

    fn unlink(&self) {
        mq_unlink(self.0.as_str()).unwrap();
    }

    /// Whether there is a queue of that name.
    fn exists(&self) -> bool {
        exists(&self.0)
    }

    /// The queues for replies that this process has open, once for each descriptor.
    fn open_replies(&self) -> Vec<String> {
        let links = fs::read_dir("/proc/self/fd").unwrap();
        let links = links.filter_map(|link| fs::read_link(link.unwrap().path()).ok());
        let links = links.map(|link| link.to_string_lossy().into_owned());
        links.filter(|link| link.starts_with(&self.replies())).collect()
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        let _ = mq_unlink(self.0.as_str());
    }
}

fn exists(name: &str) -> bool {
    match mq_open(name, MQ_OFlag::O_WRONLY, Mode::empty(), None) {
        Ok(queue) => mq_close(queue).is_ok(),
        Err(errno) => errno != nix::errno::Errno::ENOENT,
    }
}

/// A client that tries again soon.
fn client(endpoint: &str) -> HttpClient {
    let pause = Duration::from_millis(20);
    HttpClient::new(&endpoint.parse().unwrap(), ClientConfig::new().backoff(pause, pause)).unwrap()
}

async fn call(client: &HttpClient, path: &str) -> Result<Response<Body>, ClientError> {
    client.clone().send(request(Version::HTTP_2, path, "honest")).await
}

/// A client's whole call, within two seconds.
async fn is_answered(client: &HttpClient) {
    let answered =
        async { call(client, "/plain").await.unwrap().into_body().collect(100).await.unwrap().data };
    let answered = tokio::time::timeout(Duration::from_secs(2), answered).await;
    assert_eq!(answered.expect("an honest client is answered"), "honest");
}

/// The answers of a client that tries until it has one, for two seconds.
async fn is_answered_soon(client: &HttpClient) {
    let began = Instant::now();
    while let Err(error) = call(client, "/plain").await {
        assert!(began.elapsed() < Duration::from_secs(2), "{error:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// An error with what it came of.
fn told(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(Some(error), |error| error.source());
    sources.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Says so whether the output of tests is captured or not.
fn left_out(test: &str, why: &str) {
    use io::Write;
    let _ = io::stderr().write_all(format!("\nleft out: queues::{test}, {why}\n").as_bytes());
}
