//! Servers of one answer, by their endpoint of this protocol.

use polyrpc_test_support::{HttpMessage, canned_bytes};
use tokio::task::JoinHandle;

/// A server that gives one answer, and the request that it gets. `head` is what stands behind `HTTP/1.1`.
pub(crate) async fn canned(head: &str, body: &str) -> (String, JoinHandle<HttpMessage>) {
    let (endpoint, request) = polyrpc_test_support::canned(head, body).await;
    (format!("jsonrpc+{endpoint}"), request)
}

/// A server that writes these bytes once it has a request, and hangs up.
pub(crate) async fn raw(answer: String) -> (String, JoinHandle<HttpMessage>) {
    let (endpoint, request) = canned_bytes(answer).await;
    (format!("jsonrpc+{endpoint}"), request)
}
