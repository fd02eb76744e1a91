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
    /// The same, and the peer can be asked whether it is there.
    Open(u64),
    /// Calls are open, and the peer does not read.
    Blocked(u64),
    /// More replies wait for the peer than may.
    Full(u64),
}

/// What is to be done about a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Ask the peer whether it is there.
    Ask,
    /// It has hung for too long.
    Hung,
}

/// Closes a connection that hangs. The clock is set when a phase that it limits begins, and looked at only when it
/// rings, so that a busy connection never touches it.
pub(super) struct Quiet {
    sleep: Pin<Box<Sleep>>,
    seen: Phase,
    asked: bool,
    head: Duration,
    stalled: Duration,
    idle: Duration,
}

impl Quiet {
    pub(super) fn new(config: &ServerConfig) -> Self {
        Self {
            sleep: Box::pin(sleep(config.idle)),
            seen: Phase::Busy,
            asked: false,
            head: config.head_timeout,
            stalled: config.stalled_body,
            idle: config.idle,
        }
    }

    /// Ready when something is to be done; after [`Verdict::Ask`] it is to be polled again.
    pub(super) fn poll_verdict(&mut self, phase: Phase, cx: &mut Context<'_>) -> Poll<Verdict> {
        let begins = std::mem::discriminant(&phase) != std::mem::discriminant(&self.seen);
        if begins && matches!(phase, Phase::Head(_) | Phase::Full(_)) {
            self.set(phase);
        }
        while self.sleep.as_mut().poll(cx).is_ready() {
            let hangs = phase == self.seen && phase != Phase::Busy;
            let ask = hangs && matches!(phase, Phase::Open(_)) && !self.asked;
            if hangs && !ask {
                return Poll::Ready(Verdict::Hung);
            }
            self.set(phase);
            if ask {
                self.asked = true;
                return Poll::Ready(Verdict::Ask);
            }
        }
        Poll::Pending
    }

    fn set(&mut self, phase: Phase) {
        let time = match phase {
            Phase::Idle(_) | Phase::Busy | Phase::Blocked(_) => self.idle,
            // One half until it is asked, one for the answer.
            Phase::Open(_) => self.idle / 2,
            Phase::Head(_) => self.head,
            Phase::Full(_) => self.stalled,
        };
        self.seen = phase;
        self.asked = false;
        self.sleep.as_mut().reset(Instant::now() + time);
    }
}
