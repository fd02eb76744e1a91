//! Peers that go away, fall silent, or do not keep pace, in the middle of a stream: in each protocol, at both ends.

mod cut;
mod deaf;
mod half;
mod killed;
mod leaks;
mod relay;
mod silent;
mod slow;
mod torn;

use std::time::Duration;

use polyrpc::Channel;

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
