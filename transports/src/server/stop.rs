//! The end of a listener, as its connections see it.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::sync::watch;

/// Resolves when the listener stops.
pub(crate) struct Stop(Option<Pin<Box<dyn Future<Output = ()> + Send>>>);

impl Stop {
    pub(crate) fn new(mut stopped: watch::Receiver<bool>) -> Self {
        Self(Some(Box::pin(async move {
            // An error means that the sender is gone, and that is a stop too.
            let _ = stopped.wait_for(|stopped| *stopped).await;
        })))
    }

    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(stopped) = &mut self.0 {
            ready!(stopped.as_mut().poll(cx));
            self.0 = None;
        }
        Poll::Ready(())
    }
}
