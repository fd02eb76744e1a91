//! Whether a peer that says no more is still there.
//!
//! One that has closed its connection, or died, looks the same as one that has closed its half of it: only what is
//! written comes back from the one and not from the other. So something is written that says nothing.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// Before the first writing; the second, by which a loss is known that the first one brought to light, comes after
/// twice as long, and so on.
const FIRST: Duration = Duration::from_millis(20);

/// At most so long passes between two.
const LONGEST: Duration = Duration::from_secs(30);

pub(super) struct Probe {
    due: Pin<Box<Sleep>>,
    pause: Duration,
}

impl Probe {
    pub(super) fn new() -> Probe {
        Probe { due: Box::pin(sleep(FIRST)), pause: FIRST }
    }

    /// Ready when something is to be written, with the next time set.
    pub(super) fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        ready!(self.due.as_mut().poll(cx));
        self.pause = LONGEST.min(self.pause * 2);
        self.due.as_mut().reset(Instant::now() + self.pause);
        Poll::Ready(())
    }
}
