//! The items of a stream that arrive on a connection which others share.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};

use super::lock;
use crate::dispatch::Pull;
use crate::metadata::ReplyParts;
use crate::status::Status;

/// Bytes that may wait for their reader; while more do, the connection is not read, unless something else on it is waited
/// for.
pub(super) const MOST: usize = 1 << 20;

/// Bytes that may wait for their readers on one connection; while more do, it is not read, whoever waits.
pub(super) const MOST_IN_ALL: usize = 16 << 20;

/// What an item costs beside its bytes.
const OVERHEAD: usize = size_of::<usize>();

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
    /// The items, one behind the other: as copies, for each would keep the whole message in memory that it came in.
    bytes: BytesMut,
    lengths: VecDeque<usize>,
    /// What waits on the whole connection.
    waiting: Waiting,
    ended: Option<Result<(), Status>>,
    /// What came beside the end.
    parts: Option<Box<ReplyParts>>,
    reader: Option<Waker>,
    /// Who waits for room, or for a reader to wait.
    connection: Option<Waker>,
    /// Whether an item was read in the time in which one is to be.
    read: bool,
    /// Nobody reads any more.
    left: bool,
}

/// An empty stream on a connection with others; `left` is dropped with its reader.
pub(super) fn inbox(waiting: &Waiting, left: Option<Left>) -> (Inbox, Outlet) {
    let state = Arc::new(Mutex::new(State { waiting: waiting.clone(), ..State::default() }));
    (Inbox(state.clone()), Outlet { state, _left: left })
}

impl Inbox {
    pub(super) fn item(&self, item: &[u8]) {
        let mut state = lock(&self.0);
        if state.left || state.ended.is_some() {
            return;
        }
        state.bytes.extend_from_slice(item);
        state.lengths.push_back(item.len());
        state.waiting.fetch_add(item.len() + OVERHEAD, Ordering::Relaxed);
        wake(state);
    }

    /// What goes beside the end, which comes next.
    #[cfg(feature = "client")]
    pub(super) fn trail(&self, parts: ReplyParts) {
        lock(&self.0).parts.get_or_insert_with(|| Box::new(parts));
    }

    pub(super) fn end(&self, outcome: Result<(), Status>) {
        let mut state = lock(&self.0);
        state.ended.get_or_insert(outcome);
        wake(state);
    }

    /// Whether at least so much waits for a reader that may read it.
    pub(super) fn has(&self, most: usize) -> bool {
        lock(&self.0).has(most)
    }

    /// Whether its reader waits.
    pub(super) fn is_awaited(&self) -> bool {
        lock(&self.0).reader.is_some()
    }

    /// Wakes the connection once there is room again, or the reader waits.
    pub(super) fn watch(&self, cx: &Context<'_>) {
        lock(&self.0).connection = Some(cx.waker().clone());
    }

    /// Begins a time in which it is to be read.
    pub(super) fn expect_reading(&self) {
        lock(&self.0).read = false;
    }

    /// Fails a stream of which something waits and nothing was read in the time, and forgets what waits; whether it did.
    pub(super) fn fail_unread(&self) -> bool {
        let mut state = lock(&self.0);
        if !state.has(1) || state.read {
            return false;
        }
        state.clear();
        let text = "the stream was not read while others on its connection waited behind it";
        state.ended = Some(Err(Status::resource_exhausted(text)));
        wake(state);
        true
    }
}

impl State {
    fn has(&self, most: usize) -> bool {
        self.cost() >= most && !self.left && self.ended.is_none()
    }

    fn cost(&self) -> usize {
        self.bytes.len() + self.lengths.len() * OVERHEAD
    }

    /// The next item, and who may go on.
    fn take(&mut self) -> Option<(Bytes, Option<Waker>)> {
        let length = self.lengths.pop_front()?;
        self.waiting.fetch_sub(length + OVERHEAD, Ordering::Relaxed);
        self.read = true;
        let item = self.bytes.split_to(length.min(self.bytes.len())).freeze();
        let connection = if self.cost() < MOST { self.connection.take() } else { None };
        Some((item, connection))
    }

    fn clear(&mut self) {
        self.waiting.fetch_sub(self.cost(), Ordering::Relaxed);
        self.bytes = BytesMut::new();
        self.lengths.clear();
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
        if let Some((item, connection)) = state.take() {
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
        lock(&self.state).parts.take()
    }
}

impl Drop for Outlet {
    fn drop(&mut self) {
        let mut state = lock(&self.state);
        state.left = true;
        state.clear();
        let connection = state.connection.take();
        drop(state);
        if let Some(connection) = connection {
            connection.wake();
        }
    }
}
