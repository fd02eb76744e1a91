//! When a process is asked to end.

use std::future::pending;

use tokio::signal::unix::{SignalKind, signal};

/// Waits for Ctrl-C or SIGTERM.
///
/// From the first poll on, these signals no longer end the process by themselves.
pub async fn shutdown_signal() {
    tokio::select! {
        () = one(SignalKind::interrupt()) => {}
        () = one(SignalKind::terminate()) => {}
    }
}

async fn one(kind: SignalKind) {
    match signal(kind) {
        Ok(mut stream) => drop(stream.recv().await),
        Err(error) => {
            tracing::error!(%error, "cannot listen for a signal");
            pending().await
        }
    }
}
