//! What a connection holds for a peer that does not read.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Waker;

use bytes::Bytes;

/// Replies below this size are not counted: there are at most as many of them as there may be calls.
const SMALL: usize = 16 * 1024;

/// The bytes of replies that wait to be sent on one connection.
#[derive(Debug)]
pub(super) struct Unsent {
    bytes: AtomicUsize,
    released: AtomicU64,
    limit: usize,
    held: Mutex<Vec<Waker>>,
}

/// Bytes that are counted until the engine has sent or dropped them.
struct Charged {
    data: Bytes,
    unsent: Arc<Unsent>,
}

impl AsRef<[u8]> for Charged {
    fn as_ref(&self) -> &[u8] {
        &self.data
    }
}

impl Drop for Charged {
    fn drop(&mut self) {
        self.unsent.bytes.fetch_sub(self.data.len(), Ordering::Relaxed);
        self.unsent.released.fetch_add(1, Ordering::Relaxed);
    }
}

impl Unsent {
    pub(super) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self {
            bytes: AtomicUsize::new(0),
            released: AtomicU64::new(0),
            limit,
            held: Mutex::new(Vec::new()),
        })
    }

    /// Counts bytes that are handed to the engine.
    pub(super) fn charge(self: &Arc<Self>, data: Bytes) -> Bytes {
        if data.len() < SMALL {
            return data;
        }
        self.bytes.fetch_add(data.len(), Ordering::Relaxed);
        Bytes::from_owner(Charged { data, unsent: self.clone() })
    }

    /// Whether more waits than may.
    pub(super) fn is_full(&self) -> bool {
        self.bytes.load(Ordering::Relaxed) >= self.limit
    }

    /// How many replies were sent, to see whether any are.
    pub(super) fn released(&self) -> u64 {
        self.released.load(Ordering::Relaxed)
    }

    /// Wakes a call when there is room again.
    pub(super) fn hold(&self, waker: &Waker) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).push(waker.clone());
    }

    /// Lets the waiting calls go on, if there is room.
    pub(super) fn let_go(&self) {
        if self.is_full() {
            return;
        }
        let held = std::mem::take(&mut *self.held.lock().unwrap_or_else(PoisonError::into_inner));
        held.into_iter().for_each(Waker::wake);
    }
}
