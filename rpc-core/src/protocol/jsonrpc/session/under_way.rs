//! Whether what was handed out to be written has been.

use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};

use bytes::Bytes;

use super::lock;

/// Knows of the piece that is being written: it is until its bytes are dropped.
#[derive(Default)]
pub(super) struct UnderWay(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    is_busy: bool,
    waits: Option<Waker>,
}

/// A piece that is written.
struct Piece {
    text: Vec<u8>,
    state: Arc<Mutex<State>>,
}

impl UnderWay {
    /// Whether none is being written; if one is, its end wakes whoever asks.
    pub(super) fn is_free(&self, cx: &Context<'_>) -> bool {
        let mut state = lock(&self.0);
        if state.is_busy {
            state.waits = Some(cx.waker().clone());
        }
        !state.is_busy
    }

    /// The bytes of the next piece.
    pub(super) fn begin(&self, text: Vec<u8>) -> Bytes {
        lock(&self.0).is_busy = true;
        Bytes::from_owner(Piece { text, state: self.0.clone() })
    }
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.text
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        let mut state = lock(&self.state);
        state.is_busy = false;
        let waits = state.waits.take();
        drop(state);
        if let Some(waits) = waits {
            waits.wake();
        }
    }
}
