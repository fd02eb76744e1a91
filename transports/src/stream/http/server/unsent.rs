//! What a connection holds for a peer that does not read.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::{Buf, Bytes};

use super::super::outgoing::Outlet;

/// The bytes of replies that wait to be sent on one connection.
#[derive(Debug)]
pub(super) struct Unsent {
    /// Bytes that were handed to the engine, ever.
    put: AtomicU64,
    /// Bytes that it has sent or dropped, ever.
    gone: AtomicU64,
    limit: u64,
    held: Mutex<Vec<Waker>>,
}

/// Bytes that are counted until the engine has sent or dropped them.
#[derive(Debug)]
pub(super) struct Charged {
    data: Bytes,
    unsent: Arc<Unsent>,
}

impl Buf for Charged {
    fn remaining(&self) -> usize {
        self.data.remaining()
    }

    fn chunk(&self) -> &[u8] {
        self.data.chunk()
    }

    fn advance(&mut self, count: usize) {
        self.data.advance(count);
        self.unsent.gone.fetch_add(count as u64, Ordering::Relaxed);
    }
}

impl Drop for Charged {
    fn drop(&mut self) {
        if !self.data.is_empty() {
            self.unsent.gone.fetch_add(self.data.len() as u64, Ordering::Relaxed);
        }
    }
}

impl Outlet for Arc<Unsent> {
    type Data = Charged;

    fn put(&self, data: Bytes) -> Charged {
        self.put.fetch_add(data.len() as u64, Ordering::Relaxed);
        Charged { data, unsent: self.clone() }
    }

    fn poll_room(&self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.is_full() {
            return Poll::Ready(());
        }
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        // All of them are of one kind, the places of the connection's calls, so that the data tells them apart.
        // `will_wake` compares function tables too, of which there may be several copies.
        if !held.iter().any(|known| known.data() == cx.waker().data()) {
            held.push(cx.waker().clone());
        }
        Poll::Pending
    }
}

impl Unsent {
    pub(super) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self {
            put: AtomicU64::new(0),
            gone: AtomicU64::new(0),
            limit: limit as u64,
            held: Mutex::new(Vec::new()),
        })
    }

    /// Whether more waits than may.
    pub(super) fn is_full(&self) -> bool {
        // Each byte is put before it goes.
        self.put.load(Ordering::Relaxed).saturating_sub(self.gone()) >= self.limit
    }

    /// Bytes that were sent or dropped so far, to see whether any are.
    pub(super) fn gone(&self) -> u64 {
        self.gone.load(Ordering::Relaxed)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_count_until_they_are_sent_or_dropped() {
        let unsent = Unsent::new(10);
        let mut first = unsent.put(Bytes::from_static(b"0123456789"));
        assert!(unsent.is_full());
        first.advance(1);
        assert!(!unsent.is_full());
        assert_eq!(unsent.gone(), 1);
        let second = unsent.put(Bytes::from_static(b"x"));
        assert!(unsent.is_full());
        drop((first, second));
        assert_eq!(unsent.gone(), 11);
    }

    #[test]
    fn who_waits_is_held_once() {
        let unsent = Unsent::new(0);
        let mut cx = Context::from_waker(Waker::noop());
        for _ in 0..3 {
            assert!(unsent.poll_room(&mut cx).is_pending());
        }
        assert_eq!(unsent.held.lock().unwrap().len(), 1);
    }
}
