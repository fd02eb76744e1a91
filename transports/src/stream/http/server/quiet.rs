//! How long a connection may be quiet.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

use crate::ServerConfig;

/// What a connection is doing, with a number that changes as long as it does not hang.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// No call is open.
    Idle(u64),
    /// A request's head has begun.
    Head(u64),
    /// Calls are open, and the peer reads.
    Busy,
    /// Calls are open, and the peer does not read.
    Blocked(u64),
    /// More replies wait for the peer than may.
    Full(u64),
}

/// Closes a connection that hangs. The clock is set when a phase that it limits begins, and looked at only when it
/// rings, so that a busy connection never touches it.
pub(super) struct Quiet {
    sleep: Pin<Box<Sleep>>,
    seen: Phase,
    head: Duration,
    stalled: Duration,
    idle: Duration,
}

impl Quiet {
    pub(super) fn new(config: &ServerConfig) -> Self {
        Self {
            sleep: Box::pin(sleep(config.idle)),
            seen: Phase::Busy,
            head: config.head_timeout,
            stalled: config.stalled_body,
            idle: config.idle,
        }
    }

    /// Ready when the connection has hung for too long.
    pub(super) fn poll_hung(&mut self, phase: Phase, cx: &mut Context<'_>) -> Poll<()> {
        let begins = std::mem::discriminant(&phase) != std::mem::discriminant(&self.seen);
        if begins && matches!(phase, Phase::Head(_) | Phase::Full(_)) {
            self.set(phase);
        }
        while self.sleep.as_mut().poll(cx).is_ready() {
            if phase == self.seen && phase != Phase::Busy {
                return Poll::Ready(());
            }
            self.set(phase);
        }
        Poll::Pending
    }

    fn set(&mut self, phase: Phase) {
        let time = match phase {
            Phase::Idle(_) | Phase::Busy | Phase::Blocked(_) => self.idle,
            Phase::Head(_) => self.head,
            Phase::Full(_) => self.stalled,
        };
        self.seen = phase;
        self.sleep.as_mut().reset(Instant::now() + time);
    }
}
