//! Peers that go away, fall silent, or do not keep pace, in the middle of a stream: in each protocol, at both ends.

mod cut;
mod deaf;
mod half;
mod killed;
mod leaks;
#[cfg(target_os = "linux")]
mod queues;
mod relay;
mod silent;
mod slow;
mod torn;

use std::time::Duration;

use polyrpc::Channel;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::kinds::Properties;
use crate::service::StreamsClient;

/// A client that connects when it is first called.
fn lazy(way: Properties, place: &str) -> StreamsClient {
    StreamsClient::new(Channel::builder(way.at(place)).lazy().unwrap())
}

/// Waits for what should come about in no time, and fails when it does not.
async fn in_time<T>(what: &str, future: impl Future<Output = T>) -> T {
    let waited = tokio::time::timeout(Duration::from_secs(10), future).await;
    waited.unwrap_or_else(|_| panic!("it hangs: {what}"))
}

/// A place where connections are taken, and nothing is read or said, for as long as the task runs.
async fn accepting() -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = format!("tcp://{}", listener.local_addr().unwrap());
    let accepting = tokio::spawn(async move {
        let mut connections = Vec::new();
        loop {
            connections.push(listener.accept().await.unwrap());
        }
    });
    (place, accepting)
}
