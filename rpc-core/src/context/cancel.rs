//! The state that every clone of a call's context shares: is it cancelled, and what shall its reply carry.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::metadata::ReplyParts;

#[derive(Debug, Default)]
pub(super) struct Shared {
    cancelled: AtomicBool,
    notify: Notify,
    reply: Mutex<ReplyParts>,
}

impl Shared {
    /// The state of the same call, made once more.
    pub(super) fn again(&self) -> Shared {
        Shared { reply: Mutex::new(self.reply().clone()), ..Shared::default() }
    }

    pub(super) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Release);
        self.notify.notify_waiters();
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }

    pub(super) async fn cancelled(&self) {
        let notified = self.notify.notified();
        // A `Notified` hears of every `notify_waiters` after its creation, so that nothing is missed between
        // this look and the wait.
        if !self.is_cancelled() {
            notified.await;
        }
    }

    pub(super) fn reply(&self) -> MutexGuard<'_, ReplyParts> {
        self.reply.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
