//! The end of a listener, as its connections see it.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::watch;

/// Resolves when the listener stops.
pub(crate) struct Stop(Pin<Box<dyn Future<Output = ()> + Send>>);

impl Stop {
    pub(crate) fn new(mut stopped: watch::Receiver<bool>) -> Self {
        Self(Box::pin(async move {
            // An error means that the sender is gone, and that is a stop too.
            let _ = stopped.wait_for(|stopped| *stopped).await;
        }))
    }

    /// Not to be polled again once it was ready.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.0.as_mut().poll(cx)
    }
}
