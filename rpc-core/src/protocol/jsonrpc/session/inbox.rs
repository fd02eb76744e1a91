//! The items of a stream that arrive on a connection which others share.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;

use crate::dispatch::Pull;
use crate::metadata::ReplyParts;
use crate::status::Status;

/// Bytes that may wait for their reader; while more do, the connection is not read, unless something else on it is waited
/// for.
pub(super) const MOST: usize = 1 << 20;

/// Bytes that may wait for their readers on one connection; beyond, a stream of which too much waits fails.
const MOST_IN_ALL: usize = 16 << 20;

/// How much waits for the readers of one connection's streams.
pub(super) type Waiting = Arc<AtomicUsize>;

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
    /// What waits on the whole connection.
    waiting: Waiting,
    ended: Option<Result<(), Status>>,
    reader: Option<Waker>,
    /// Who waits for room, or for a reader to wait.
    connection: Option<Waker>,
    /// Nobody reads any more.
    left: bool,
}

/// An empty stream on a connection with others; `left` is dropped with its reader.
pub(super) fn inbox(waiting: &Waiting, left: Option<Left>) -> (Inbox, Outlet) {
    let state = Arc::new(Mutex::new(State { waiting: waiting.clone(), ..State::default() }));
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
        if state.bytes >= MOST && state.waiting.load(Ordering::Relaxed) >= MOST_IN_ALL {
            let text = format!(
                "the stream is read too slowly: over {MOST_IN_ALL} bytes wait on a connection that others wait for"
            );
            state.ended = Some(Err(Status::resource_exhausted(text)));
            wake(state);
            return;
        }
        state.bytes += item.len();
        state.waiting.fetch_add(item.len(), Ordering::Relaxed);
        state.items.push_back(item);
        wake(state);
    }

    pub(super) fn end(&self, outcome: Result<(), Status>) {
        let mut state = lock(&self.0);
        state.ended.get_or_insert(outcome);
        wake(state);
    }

    /// Whether more waits than may. A reader that has gone or failed reads nothing.
    pub(super) fn is_full(&self) -> bool {
        let state = lock(&self.0);
        state.bytes >= MOST && !state.left && state.ended.is_none()
    }

    /// Whether its reader waits; if not, the connection is woken once there is room again, or the reader does.
    pub(super) fn is_awaited(&self, cx: &Context<'_>) -> bool {
        let mut state = lock(&self.0);
        if state.reader.is_some() {
            return true;
        }
        state.connection = Some(cx.waker().clone());
        false
    }
}

impl State {
    /// Takes note of bytes that wait no more, and of who may go on.
    fn took(&mut self, bytes: usize) -> Option<Waker> {
        self.bytes -= bytes;
        self.waiting.fetch_sub(bytes, Ordering::Relaxed);
        if self.bytes < MOST { self.connection.take() } else { None }
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
            let connection = state.took(item.len());
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
                let connection = state.connection.take();
                drop(state);
                if let Some(connection) = connection {
                    connection.wake();
                }
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
        let bytes = state.bytes;
        let connection = state.took(bytes);
        drop(state);
        if let Some(connection) = connection {
            connection.wake();
        }
    }
}
