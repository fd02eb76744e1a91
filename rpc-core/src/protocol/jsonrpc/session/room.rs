//! Whether a session reads on: how much of what it says, and of what it heard, may wait.

use std::sync::atomic::Ordering;
use std::task::Context;
use std::time::Duration;

use tokio::time::sleep;

use super::driver::Session;
use super::inbox::{Inbox, MOST, MOST_IN_ALL};
use crate::dispatch::FILL;

/// Bytes that may wait to be written while an end goes on reading that waits for answers. Results wait elsewhere: these
/// are refusals.
const MOST_UNSAID: usize = 4 << 20;

/// How long a connection is held back by streams that are not read, before they fail.
const GRACE: Duration = Duration::from_secs(1);

impl Session {
    /// Whether more waits for others than may. While somebody waits for what is yet to be read, it is read all the same:
    /// a stream that is not read holds back no other, and no answer.
    pub(super) fn is_full(&mut self, cx: &mut Context<'_>) -> bool {
        if self.out.len() >= FILL && (self.out.len() >= MOST_UNSAID || !self.is_awaited(cx)) {
            return true;
        }
        let waiting = self.waiting.load(Ordering::Relaxed);
        let most = if waiting < MOST_IN_ALL { MOST } else { 1 };
        if waiting < MOST || !self.inboxes().any(|inbox| inbox.has(most)) {
            self.held = None;
            return false;
        }
        !self.is_awaited(cx) || waiting >= MOST_IN_ALL && self.holds(cx)
    }

    /// Whether somebody waits for what the peer says; if nobody does, the connection is woken once somebody will, or there
    /// is room.
    fn is_awaited(&self, cx: &Context<'_>) -> bool {
        #[cfg(feature = "client")]
        if self.asked.is_awaited() {
            return true;
        }
        self.inboxes().any(Inbox::is_awaited) || {
            self.inboxes().for_each(|inbox| inbox.watch(cx));
            // One may have come to wait just now.
            self.inboxes().any(Inbox::is_awaited)
        }
    }

    /// Holds the connection back for a while, for readers to read; then those that did not fail.
    fn holds(&mut self, cx: &mut Context<'_>) -> bool {
        self.inboxes().for_each(|inbox| inbox.watch(cx));
        if self.held.is_none() {
            self.inboxes().for_each(Inbox::expect_reading);
        }
        let held = self.held.get_or_insert_with(|| Box::pin(sleep(GRACE)));
        if held.as_mut().poll(cx).is_pending() {
            return true;
        }
        self.held = None;
        let failed = self.inboxes().filter(|inbox| inbox.fail_unread()).count();
        if failed == 0 {
            // They read, if slowly. It is looked at again.
            cx.waker().wake_by_ref();
        }
        failed == 0
    }

    /// Where streams wait for their readers.
    fn inboxes(&self) -> impl Iterator<Item = &Inbox> {
        let uploads = self.open.calls.values().filter_map(|call| call.upload.as_ref());
        #[cfg(feature = "client")]
        let uploads = uploads.chain(self.asked.inboxes());
        uploads
    }
}
