//! The one-way calls whose callers have gone on, but which are not answered yet.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::status::Status;

#[derive(Clone, Debug, Default)]
pub(super) struct Background(Arc<State>);

#[derive(Debug, Default)]
struct State {
    open: Mutex<Open>,
    idle: Notify,
}

#[derive(Debug, Default)]
struct Open {
    count: usize,
    failure: Option<Status>,
}

/// One open exchange; it is closed when this is dropped.
pub(super) struct Exchange(Background);

impl Background {
    pub(super) fn enter(&self) -> Exchange {
        self.open().count += 1;
        Exchange(self.clone())
    }

    /// Waits until no exchange is open, and gives the first failure.
    pub(super) async fn drain(&self) -> Result<(), Status> {
        loop {
            let idle = self.0.idle.notified();
            {
                let mut open = self.open();
                if open.count == 0 {
                    return open.failure.take().map_or(Ok(()), Err);
                }
            }
            idle.await;
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Exchange {
    /// Keeps the outcome of an exchange that nobody waits for.
    pub(super) fn finish(self, outcome: Result<(), Status>) {
        if let Err(status) = outcome {
            tracing::warn!(%status, "a one-way call failed after it was sent");
            self.0.open().failure.get_or_insert(status);
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.0.open().count -= 1;
        self.0.0.idle.notify_waiters();
    }
}
