//! The items of a stream that arrive on a connection which others share.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;

use crate::dispatch::Pull;
use crate::metadata::ReplyParts;
use crate::status::Status;

/// Bytes that may wait for their reader; while more do, the connection is not read.
const MOST: usize = 1 << 20;

/// The end where items arrive.
pub(super) struct Inbox(Arc<Mutex<State>>);

/// The end where they are read.
pub(super) struct Outlet {
    state: Arc<Mutex<State>>,
    /// What is to happen when it is dropped before the end.
    _left: Option<Left>,
}

type Left = Box<dyn Send>;

#[derive(Default)]
struct State {
    items: VecDeque<Bytes>,
    bytes: usize,
    ended: Option<Result<(), Status>>,
    reader: Option<Waker>,
    /// Who waits for room.
    connection: Option<Waker>,
    /// Nobody reads any more.
    left: bool,
}

/// An empty stream; `left` is dropped with its reader.
pub(super) fn inbox(left: Option<Left>) -> (Inbox, Outlet) {
    let state = Arc::<Mutex<State>>::default();
    (Inbox(state.clone()), Outlet { state, _left: left })
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Inbox {
    pub(super) fn item(&self, item: Bytes) {
        let mut state = lock(&self.0);
        if state.left || state.ended.is_some() {
            return;
        }
        state.bytes += item.len();
        state.items.push_back(item);
        wake(state);
    }

    pub(super) fn end(&self, outcome: Result<(), Status>) {
        let mut state = lock(&self.0);
        state.ended.get_or_insert(outcome);
        wake(state);
    }

    /// Ready when there is room for more.
    pub(super) fn poll_room(&self, cx: &Context<'_>) -> Poll<()> {
        let mut state = lock(&self.0);
        if state.bytes < MOST || state.left {
            return Poll::Ready(());
        }
        state.connection = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// Items that nobody will end are lost with their connection.
impl Drop for Inbox {
    fn drop(&mut self) {
        self.end(Err(Status::unavailable("the connection was lost in the middle of the stream")));
    }
}

fn wake(mut state: MutexGuard<'_, State>) {
    let reader = state.reader.take();
    drop(state);
    if let Some(reader) = reader {
        reader.wake();
    }
}

impl Pull for Outlet {
    fn poll_item(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Status>> {
        let mut state = lock(&self.state);
        if let Some(item) = state.items.pop_front() {
            state.bytes -= item.len();
            let connection = if state.bytes < MOST { state.connection.take() } else { None };
            drop(state);
            if let Some(connection) = connection {
                connection.wake();
            }
            return Poll::Ready(Ok(Some(item)));
        }
        match state.ended.take() {
            Some(Ok(())) => {
                state.ended = Some(Ok(()));
                Poll::Ready(Ok(None))
            }
            Some(Err(status)) => {
                state.ended = Some(Ok(()));
                Poll::Ready(Err(status))
            }
            None => {
                state.reader = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    fn take_parts(self: Pin<&mut Self>) -> Option<Box<ReplyParts>> {
        None
    }
}

impl Drop for Outlet {
    fn drop(&mut self) {
        let mut state = lock(&self.state);
        state.left = true;
        state.items.clear();
        state.bytes = 0;
        let connection = state.connection.take();
        drop(state);
        if let Some(connection) = connection {
            connection.wake();
        }
    }
}
