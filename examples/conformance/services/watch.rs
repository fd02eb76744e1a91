//! Which calls were dropped before their end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts the calls that were dropped before their end, whatever the reason.
#[derive(Clone, Default)]
pub(crate) struct Cancellations(Arc<AtomicU64>);

/// A call that is watched. One that is dropped without being ended is counted.
pub(crate) struct Watched(Option<Cancellations>);

impl Cancellations {
    pub(crate) fn watch(&self) -> Watched {
        Watched(Some(self.clone()))
    }

    pub(crate) fn observed(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Watched {
    /// The call has come to its end.
    pub(crate) fn end(mut self) {
        self.0 = None;
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let Some(cancellations) = &self.0 {
            cancellations.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}
