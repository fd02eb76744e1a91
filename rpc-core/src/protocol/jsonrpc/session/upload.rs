//! The argument of a call that we make, on its way.
//!
//! It is dropped with the call, at once: the session may be held up by a peer that does not read, and learn of it much
//! later or never.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use super::lock;
use crate::dispatch::{Fill, Items, Sink};
use crate::metadata::ReplyParts;
use crate::status::Status;

/// Items that both the call and the session hold.
#[derive(Clone)]
pub(super) struct Upload(Arc<Shared>);

struct Shared {
    items: Mutex<Option<Pin<Box<dyn Fill>>>>,
    forgotten: AtomicBool,
}

impl Upload {
    pub(super) fn new(items: Items) -> Upload {
        let items = Mutex::new(Some(items.into_fill()));
        Upload(Arc::new(Shared { items, forgotten: AtomicBool::new(false) }))
    }

    /// Drops the items. The session says nothing more of them until it hears of the end of the call.
    pub(super) fn forget(&self) {
        self.0.forgotten.store(true, Ordering::SeqCst);
        // Who is filling from them right now drops them afterwards; it may even be the items that drop the call.
        if let Ok(mut items) = self.0.items.try_lock() {
            let items = items.take();
            drop(items);
        }
    }

    fn with<T>(&self, use_items: impl FnOnce(Pin<&mut dyn Fill>) -> T) -> Option<T> {
        let mut items = lock(&self.0.items);
        let used = items.as_mut().map(|items| use_items(items.as_mut()));
        if self.0.forgotten.load(Ordering::SeqCst) {
            *items = None;
        }
        used
    }
}

impl Fill for Upload {
    fn poll_fill(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        sink: &mut Sink<'_>,
    ) -> Poll<Result<bool, Status>> {
        // What was forgotten has no end to tell of.
        self.with(|items| items.poll_fill(cx, sink)).unwrap_or(Poll::Pending)
    }

    fn take_parts(self: Pin<&mut Self>) -> Option<Box<ReplyParts>> {
        self.with(|items| items.take_parts()).flatten()
    }
}
