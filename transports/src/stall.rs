//! The limit on the pauses of a body that somebody waits for as a whole.

use std::task::{Context, Poll};

use crate::BodyError;

/// Knows when a body has paused for too long. The clock is asked only when a pause begins.
#[derive(Default)]
pub(crate) struct Stall {
    #[cfg(feature = "server")]
    clock: Option<Clock>,
}

#[cfg(feature = "server")]
struct Clock {
    after: std::time::Duration,
    sleep: Option<std::pin::Pin<Box<tokio::time::Sleep>>>,
}

#[cfg(feature = "server")]
impl Stall {
    pub(crate) fn after(after: std::time::Duration) -> Self {
        Self { clock: Some(Clock { after, sleep: None }) }
    }

    /// More of the body came.
    pub(crate) fn moved(&mut self) {
        if let Some(clock) = &mut self.clock {
            clock.sleep = None;
        }
    }

    /// Ready when the pause was too long.
    pub(crate) fn poll_stalled(&mut self, cx: &mut Context<'_>) -> Poll<BodyError> {
        match &mut self.clock {
            Some(Clock { after, sleep }) if crate::body::is_collecting() => {
                let sleep = sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(*after)));
                sleep.as_mut().poll(cx).map(|()| BodyError::stalled(*after))
            }
            _ => Poll::Pending,
        }
    }
}

/// A client's calls have deadlines instead.
#[cfg(not(feature = "server"))]
impl Stall {
    pub(crate) fn moved(&mut self) {}

    pub(crate) fn poll_stalled(&mut self, _: &mut Context<'_>) -> Poll<BodyError> {
        Poll::Pending
    }
}
