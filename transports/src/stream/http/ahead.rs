//! What has come of HTTP/2 bodies before anybody asked for it.
//!
//! The engine keeps each frame by itself, and gives a connection up when too many small ones wait: honest peers that
//! send each message in a frame of its own are among those, as soon as a reader pauses. So the connection's task looks
//! after the bodies whose readers lag, and joins what has come of them. The peer gets no more window by that.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};
use h2::RecvStream;
use http::HeaderMap;

/// What the engine puts up with between two looks, in its own measure: each frame below 256 bytes counts with what it
/// lacks to that. One turn of the reader (64 KiB) brings 6 500 frames of one byte, and there is room for five turns.
pub(super) const FRAME_BUDGET: usize = 8 << 20;

/// Bytes that come in between two looks.
const STEP: u64 = 16 << 10;

/// Frames below this size are joined, up to that size.
const SMALL: usize = 1024;
const JOINED: usize = 16 << 10;

/// The bodies that come in on one connection.
#[derive(Clone, Default)]
pub(super) struct Ahead(Arc<Mutex<Bodies>>);

#[derive(Default)]
struct Bodies {
    sources: Vec<Weak<Mutex<Source>>>,
    /// Bytes that had come in at the last look.
    seen: u64,
    /// How many there may be before those that are gone are taken out.
    room: usize,
}

impl Ahead {
    /// Looks after a body from now on.
    pub(super) fn add(&self, recv: RecvStream) -> Shared {
        const LEAST: usize = 16;
        let source = Arc::new(Mutex::new(Source {
            recv,
            whole: VecDeque::new(),
            joined: BytesMut::new(),
            failure: None,
            ended: false,
            reader: None,
        }));
        let mut bodies = lock(&self.0);
        if bodies.sources.len() >= bodies.room {
            bodies.sources.retain(|source| source.strong_count() > 0);
            bodies.room = (2 * bodies.sources.len()).max(LEAST);
        }
        bodies.sources.push(Arc::downgrade(&source));
        Shared(source)
    }

    /// Takes what has come from the engine, if that may be much. `received` are the bytes that came in so far.
    pub(super) fn look(&self, received: u64) {
        let mut bodies = lock(&self.0);
        if received.saturating_sub(bodies.seen) < STEP {
            return;
        }
        bodies.seen = received;
        bodies.sources.retain(|source| match source.upgrade() {
            Some(source) => {
                lock(&source).take_all();
                true
            }
            None => false,
        });
    }
}

/// A body, as its reader has it.
pub(super) struct Shared(Arc<Mutex<Source>>);

impl Shared {
    /// The next data. The peer gets its window back.
    pub(super) fn poll_data(&self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, h2::Error>>> {
        let mut source = lock(&self.0);
        let polled = source.poll_data(cx);
        match &polled {
            Poll::Ready(Some(Ok(data))) => release(&mut source.recv, data.len()),
            Poll::Ready(_) => {}
            Poll::Pending => source.set_reader(cx.waker()),
        }
        polled
    }

    /// The trailers, behind all data.
    pub(super) fn poll_trailers(&self, cx: &mut Context<'_>) -> Poll<Result<Option<HeaderMap>, h2::Error>> {
        lock(&self.0).recv.poll_trailers(cx)
    }

    pub(super) fn is_end_stream(&self) -> bool {
        let source = lock(&self.0);
        source.whole.is_empty()
            && source.joined.is_empty()
            && source.failure.is_none()
            && source.recv.is_end_stream()
    }
}

/// A body on its way in.
struct Source {
    recv: RecvStream,
    /// What was taken from the engine, in order; the small frames behind it are joined.
    whole: VecDeque<Bytes>,
    joined: BytesMut,
    /// What the data ended of, behind what was taken.
    failure: Option<h2::Error>,
    /// The engine has no more data, and is not to be asked: whoever waits for trailers is the one that it wakes.
    ended: bool,
    reader: Option<Waker>,
}

impl Source {
    fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, h2::Error>>> {
        if let Some(data) = self.whole.pop_front() {
            return Poll::Ready(Some(Ok(data)));
        }
        if !self.joined.is_empty() {
            return Poll::Ready(Some(Ok(self.joined.split().freeze())));
        }
        if self.ended {
            return Poll::Ready(self.failure.take().map(Err));
        }
        let polled = self.recv.poll_data(cx);
        self.ended = matches!(polled, Poll::Ready(None | Some(Err(_))));
        polled
    }

    fn set_reader(&mut self, waker: &Waker) {
        match &mut self.reader {
            Some(reader) => reader.clone_from(waker),
            empty => *empty = Some(waker.clone()),
        }
    }

    /// Takes what is there. The reader has been woken for it already, and is woken for more.
    fn take_all(&mut self) {
        let reader = self.reader.take();
        let mut cx = Context::from_waker(reader.as_ref().unwrap_or(Waker::noop()));
        while !self.ended {
            match self.recv.poll_data(&mut cx) {
                Poll::Ready(Some(Ok(data))) => self.push(data),
                Poll::Ready(end) => {
                    self.failure = end.and_then(Result::err);
                    self.ended = true;
                }
                Poll::Pending => break,
            }
        }
        self.reader = reader;
    }

    fn push(&mut self, data: Bytes) {
        if data.len() < SMALL {
            self.joined.extend_from_slice(&data);
            if self.joined.len() < JOINED {
                return;
            }
        }
        if !self.joined.is_empty() {
            self.whole.push_back(self.joined.split().freeze());
        }
        if data.len() >= SMALL {
            self.whole.push_back(data);
        }
    }
}

/// Gives the window back. It fails only for a stream that is gone, which the next read tells.
pub(super) fn release(recv: &mut RecvStream, count: usize) {
    let _ = recv.flow_control().release_capacity(count);
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
