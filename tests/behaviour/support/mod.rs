//! What the suites share.

mod http;
mod log;
mod probe;
mod served;

use std::time::Duration;

pub(crate) use http::{Answer, framed, grpc, post, say};
pub(crate) use log::Log;
pub(crate) use probe::{Probe, ProbeClient, ProbeServer, SECRET, Seen, Subject};
pub(crate) use served::{Folder, PROTOCOLS, Served, TCP, unique};

/// Waits until it holds, for at most five seconds.
pub(crate) async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..1000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("never came true: {what}");
}
