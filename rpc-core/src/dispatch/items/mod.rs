//! The items of a stream, encoded, on their way through the upper waist.
//!
//! On the way out no item is a value of its own: what is ready is appended to one buffer, framed as the protocol wants
//! it. On the way in each item is a slice of what arrived.

mod convert;
mod decode;
mod encode;

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use sync_wrapper::SyncWrapper;

use crate::metadata::ReplyParts;
use crate::status::Status;
use convert::{Reframed, Unframed};
pub(crate) use decode::Decoding;
pub(crate) use encode::{Encoding, Origin};

/// Bytes of items that are written at once where more are ready: one write carries many, and a slow reader waits for
/// few.
pub(crate) const FILL: usize = 32 << 10;

/// Items that are encoded as they are asked for.
pub(crate) trait Fill: Send {
    /// Appends the items that are ready, until the sink is full; false at the end. What was appended before the end or
    /// an error is told of first.
    fn poll_fill(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        sink: &mut Sink<'_>,
    ) -> Poll<Result<bool, Status>>;

    /// What goes behind the last item, once the end was told.
    fn take_parts(self: Pin<&mut Self>) -> Option<Box<ReplyParts>>;
}

/// Items that arrive.
pub(crate) trait Pull: Send {
    /// The next item; none at the end.
    fn poll_item(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Status>>;

    /// Shows the next item, where it can without making a value of its own of it; false at the end.
    fn poll_shown(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        show: &mut dyn FnMut(&[u8]),
    ) -> Poll<Result<bool, Status>> {
        self.poll_item(cx).map_ok(|item| item.map(|item| show(&item)).is_some())
    }

    /// What came behind the last item, once the end was told.
    fn take_parts(self: Pin<&mut Self>) -> Option<Box<ReplyParts>>;
}

/// How a protocol frames the items of a stream.
pub(crate) trait ItemFraming: Send {
    /// Writes what stands before an item.
    fn open(&mut self, out: &mut Vec<u8>);

    /// Writes what stands behind an item, whose frame begins at `start`.
    fn close(&mut self, out: &mut Vec<u8>, start: usize) -> Result<(), Status>;
}

/// Where items are written.
pub(crate) struct Sink<'a> {
    out: &'a mut Vec<u8>,
    framing: &'a mut dyn ItemFraming,
    until: usize,
    /// How many more items there may be.
    room: usize,
    start: usize,
    /// Where the last item ends.
    end: usize,
    /// Bytes of the last item; one at least, so that empty items fill a sink too.
    last: usize,
    /// Bytes of all items, counted in the same way.
    filled: usize,
}

impl<'a> Sink<'a> {
    /// A sink that is full when another item as long as the last would make more than `until` bytes of `out`.
    pub(crate) fn new(out: &'a mut Vec<u8>, framing: &'a mut dyn ItemFraming, until: usize) -> Sink<'a> {
        let start = out.len();
        Sink { out, framing, until, room: usize::MAX, start, end: start, last: 0, filled: start }
    }

    /// The same sink, which is also full when it was given so many items.
    #[cfg(all(feature = "xmlrpc", feature = "server"))]
    pub(crate) fn at_most(mut self, items: usize) -> Sink<'a> {
        self.room = items;
        self
    }

    /// Whether no more items are wanted.
    pub(crate) fn is_full(&self) -> bool {
        self.room == 0 || self.filled >= self.until || self.filled + self.last > self.until
    }

    /// Writes one item; one that fails leaves nothing behind.
    fn write(&mut self, encode: impl FnOnce(&mut Vec<u8>) -> Result<(), Status>) -> Result<(), Status> {
        self.framing.open(self.out);
        let written = encode(self.out).and_then(|()| self.framing.close(self.out, self.end));
        match written {
            Ok(()) => {
                self.last = (self.out.len() - self.end).max(1);
                self.filled += self.last;
                self.end = self.out.len();
                self.room -= 1;
            }
            Err(_) => self.out.truncate(self.end),
        }
        written
    }

    /// Takes back an item whose writer panicked; whether any stands before it.
    pub(super) fn take_back(&mut self) -> bool {
        self.out.truncate(self.end);
        self.end > self.start
    }
}

/// Fills sinks item by item, and keeps back how the items ended while others are told of first.
#[derive(Default)]
struct Filler {
    ended: Option<Result<bool, Status>>,
}

impl Filler {
    /// `next` writes one item, or says that there is none; see [`Fill::poll_fill`].
    fn poll_fill(
        &mut self,
        sink: &mut Sink<'_>,
        mut next: impl FnMut(&mut Sink<'_>) -> Poll<Result<bool, Status>>,
    ) -> Poll<Result<bool, Status>> {
        if let Some(ended) = self.ended.take() {
            return Poll::Ready(ended);
        }
        let mut written = false;
        while !sink.is_full() {
            match next(sink) {
                Poll::Ready(Ok(true)) => written = true,
                Poll::Ready(ended) if written => {
                    self.ended = Some(ended);
                    break;
                }
                Poll::Pending if written => break,
                other => return other,
            }
        }
        Poll::Ready(Ok(true))
    }
}

/// A stream of encoded items.
pub(crate) struct Items(SyncWrapper<Direction>);

enum Direction {
    Out(Pin<Box<dyn Fill>>),
    In(Pin<Box<dyn Pull>>),
}

impl Items {
    pub(crate) fn outgoing(fill: impl Fill + 'static) -> Items {
        Items(SyncWrapper::new(Direction::Out(Box::pin(fill))))
    }

    pub(crate) fn incoming(pull: impl Pull + 'static) -> Items {
        Items(SyncWrapper::new(Direction::In(Box::pin(pull))))
    }

    /// As a protocol sends them.
    pub(crate) fn into_fill(self) -> Pin<Box<dyn Fill>> {
        match self.0.into_inner() {
            Direction::Out(fill) => fill,
            Direction::In(pull) => Box::pin(Reframed::new(pull)),
        }
    }

    /// As a method, or a client, reads them.
    pub(crate) fn into_pull(self) -> Pin<Box<dyn Pull>> {
        match self.0.into_inner() {
            Direction::Out(fill) => Box::pin(Unframed::new(fill)),
            Direction::In(pull) => pull,
        }
    }
}

impl fmt::Debug for Items {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Items")
    }
}
