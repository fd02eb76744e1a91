//! The calls of one client at one end, on their way through messages: what drives the [layer](super::layer), over any
//! transport of the family.
//!
//! A link is used from several tasks at once: whoever receives messages gives them to it, callers and handlers put in what
//! they send and take out what came, and one task, its *driver*, writes what cannot be written on the spot.

mod content;
mod error;
mod exchange;
#[cfg(fuzzing)]
pub mod fuzzing;
mod outgoing;
mod state;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::Frame;
use tokio::time::Instant;

use self::state::State;
use super::bhttp::Head;
use super::layer::{Calls, Code, Reset};
use super::transport::Outbox;
use crate::{Body, BodyError};

pub(crate) use self::outgoing::{Outgoing, Piece};
pub(crate) use self::state::Arrival;

/// Bytes of a body that wait to be sent before more of it is asked for.
const AHEAD: usize = 16 << 10;

/// The calls of one client at one end. `H` is the head of what comes in.
///
/// A call ends here by
/// * [`done`](Self::done): all that is to be sent of it was put in;
/// * [`end`](Self::end): nobody here wants it any more, and the other end is told;
/// * [`fail`](Self::fail): the same, where somebody here is to learn of it.
///
/// [`leave`](Self::leave) ends only the reading of what comes of it. The link itself ends by
/// * [`retire`](Self::retire): it begins no more calls, and is over with the last one;
/// * [`say_leave`](Self::say_leave): a client takes leave of its server, once it is over;
/// * [`abandon`](Self::abandon): nobody drives it any more, and the other end is told as far as there is room;
/// * [`gone`](Self::gone): there is nobody at the other end.
pub(crate) struct Link<H: Head, O> {
    state: Mutex<State<H, O>>,
}

/// What comes of a call: its head, and the body if all of it is there.
pub(crate) type Arrived<H> = (H, Option<Body>);

impl<H: Head, O: Outbox> Link<H, O> {
    pub(crate) fn new(calls: Calls, outbox: O, head_limit: usize) -> Self {
        Self { state: Mutex::new(State::new(calls, outbox, head_limit)) }
    }

    fn lock(&self) -> MutexGuard<'_, State<H, O>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something to the calls, and whatever follows from that.
    fn with<R>(&self, act: impl FnOnce(&mut State<H, O>) -> R) -> R {
        let mut state = self.lock();
        let result = act(&mut state);
        state.settle();
        let woken = std::mem::take(&mut state.woken);
        drop(state);
        woken.into_iter().for_each(Waker::wake);
        result
    }

    /// Begins a call, and sends the first bytes of its request: its number; `None` where the link takes no more calls.
    pub(crate) fn open(&self, first: Bytes, end: bool, priority: u32) -> Option<u64> {
        self.with(|state| state.open(first, end, priority))
    }

    /// Takes a message that came, with its priority; gives it back if the link is [over](Self::is_over).
    pub(crate) fn receive(&self, message: Bytes, priority: u32) -> Result<(), Bytes> {
        self.with(|state| {
            if state.is_over() {
                return Err(message);
            }
            state.receive(message, priority);
            Ok(())
        })
    }

    /// Sends bytes of a call, and says whether they are the last.
    pub(crate) fn send(&self, call: u64, data: Bytes, end: bool) {
        self.with(|state| state.calls.send(call, data, end));
    }

    /// Ready when more of a call's body may be sent; with false if nobody takes it any more.
    pub(crate) fn poll_room(&self, call: u64, cx: &Context<'_>) -> Poll<bool> {
        self.with(|state| {
            let Some(exchange) = state.exchanges.get_mut(&call) else { return Poll::Ready(false) };
            if exchange.failed.is_some() || !state.calls.is_open(call) {
                return Poll::Ready(false);
            }
            if state.calls.waits(call) < AHEAD {
                return Poll::Ready(true);
            }
            set(&mut exchange.writer, cx);
            Poll::Pending
        })
    }

    /// Ready when a call has failed, or has ended otherwise than by its own end.
    pub(crate) fn poll_failed(&self, call: u64, cx: &Context<'_>) -> Poll<()> {
        self.with(|state| match state.exchanges.get_mut(&call) {
            Some(exchange) if exchange.failed.is_none() => {
                set(&mut exchange.writer, cx);
                Poll::Pending
            }
            _ => Poll::Ready(()),
        })
    }

    /// The head of what comes of a call.
    pub(crate) fn poll_head(&self, call: u64, cx: &Context<'_>) -> Poll<Result<Arrived<H>, Reset>> {
        self.with(|state| {
            let Some(exchange) = state.exchanges.get_mut(&call) else {
                return Poll::Ready(Err(Reset::new(Code::Failed, "the call has ended")));
            };
            if let Some(arrived) = exchange.take_head() {
                return Poll::Ready(Ok(arrived));
            }
            if let Some(reset) = &exchange.failed {
                return Poll::Ready(Err(reset.clone()));
            }
            set(&mut exchange.reader, cx);
            Poll::Pending
        })
    }

    /// The next frame of the body of what comes of a call.
    pub(crate) fn poll_frame(
        &self,
        call: u64,
        cx: &Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = self.with(|state| {
            let Some(exchange) = state.exchanges.get_mut(&call) else {
                return Poll::Ready(exchange::Frame::Failed(Reset::new(Code::Lost, "the call has ended")));
            };
            match exchange.next_frame() {
                None => {
                    set(&mut exchange.reader, cx);
                    Poll::Pending
                }
                Some(frame) => {
                    if let exchange::Frame::Data(data) = &frame {
                        state.calls.took(call, data.len());
                    }
                    Poll::Ready(frame)
                }
            }
        });
        Poll::Ready(match ready!(frame) {
            exchange::Frame::Data(data) => Some(Ok(Frame::data(data))),
            exchange::Frame::Trailers(trailers) => Some(Ok(Frame::trailers(trailers))),
            exchange::Frame::Failed(reset) => Some(Err(reset.into())),
            exchange::Frame::End => None,
        })
    }

    /// Nobody reads what comes of a call: its other direction goes on.
    pub(crate) fn leave(&self, call: u64) {
        self.with(|state| {
            if let Some(exchange) = state.exchanges.get_mut(&call) {
                let bytes = exchange.leave();
                state.calls.took(call, bytes);
            }
        });
    }

    /// Forgets a call; the other end is told if it has not ended.
    pub(crate) fn end(&self, call: u64, reset: Reset) {
        self.with(|state| state.end(call, reset));
    }

    /// Ends a call for both ends, of which somebody here waits for more.
    pub(crate) fn fail(&self, call: u64, reset: Reset) {
        self.with(|state| {
            state.calls.reset(call, reset.clone());
            state.fail(call, reset);
        });
    }

    /// Forgets a call whose last bytes were put in.
    pub(crate) fn done(&self, call: u64) {
        self.with(|state| state.forget(call));
    }
}

/// For whoever drives it.
impl<H: Head, O: Outbox> Link<H, O> {
    /// Says who writes what others leave.
    pub(crate) fn driven_by(&self, waker: &Waker) {
        self.lock().driver.clone_from(waker);
    }

    /// Writes what there is to write. The driver is woken when there is room for more.
    pub(crate) fn flush(&self) {
        self.with(State::flush);
    }

    /// The head of a request that has come.
    pub(crate) fn take_head(&self, call: u64) -> Option<Arrived<H>> {
        self.lock().exchanges.get_mut(&call)?.take_head()
    }

    /// Ready when no more than so many bytes of all calls wait to be sent. For who waits for a call's
    /// [failure](Self::poll_failed) too, and so is known.
    pub(crate) fn poll_unsent(&self, most: usize) -> Poll<()> {
        if self.lock().has_room(most) { Poll::Ready(()) } else { Poll::Pending }
    }

    /// What has come of calls that the other end began.
    pub(crate) fn take_arrived(&self, into: &mut Vec<Arrival>) {
        into.append(&mut self.lock().arrived);
    }

    /// Begins no more calls, and refuses those of the other end. Those that were begun go on.
    pub(crate) fn retire(&self) {
        self.with(State::retire);
    }

    /// Tells the other end that this one ends, unless it has ended.
    pub(crate) fn say_leave(&self) -> bool {
        self.with(State::say_leave)
    }

    /// Ends all calls, for nobody drives this end any more; the other end is told, as far as there is room.
    pub(crate) fn abandon(&self, reset: &Reset) {
        self.with(|state| state.abandon(reset));
    }

    /// Ends all calls: there is nobody at the other end.
    pub(crate) fn gone(&self, reset: &Reset) {
        self.with(|state| state.gone(reset));
    }

    /// Whether it has ended, or takes no more calls and has none.
    pub(crate) fn is_over(&self) -> bool {
        self.lock().is_over()
    }

    /// Ends it if it has no calls; from then on it takes none.
    pub(crate) fn end_if_idle(&self) -> bool {
        self.lock().end_if_idle()
    }

    /// Whether the driver is to look at the other end now and then: while calls are open, and until it has found none at a
    /// look, so that one call after another does not wake it each time.
    pub(crate) fn is_watched(&self) -> bool {
        self.lock().is_watched
    }

    /// Ceases to be watched if no calls are open.
    pub(crate) fn cease_if_idle(&self) -> bool {
        let mut state = self.lock();
        state.is_watched = state.is_busy();
        !state.is_watched
    }

    /// Whether there is something to write.
    pub(crate) fn has_to_write(&self) -> bool {
        self.lock().has_to_write()
    }

    /// Whether no further call is begun.
    pub(crate) fn is_retired(&self) -> bool {
        self.lock().is_retired()
    }

    /// Whether nobody has looked at the other end for so long. Who asks is to look.
    pub(crate) fn is_due_for_a_look(&self, after: Duration) -> bool {
        self.lock().is_due_for_a_look(after)
    }

    /// Looks at the other end.
    pub(crate) fn look<R>(&self, look: impl FnOnce(&O) -> R) -> R {
        look(&self.lock().outbox)
    }

    /// Gives up calls whose request's head has not come since then.
    pub(crate) fn give_up_headless(&self, since: Instant) {
        self.with(|state| state.give_up_headless(since));
    }

    /// Does what is due by now of what the layer does in time.
    pub(crate) fn tick(&self, now: Instant) {
        self.with(|state| {
            let now = now.into_std();
            if state.calls.timer().is_some_and(|due| due <= now) {
                state.calls.tick(now);
            }
        });
    }

    /// How many messages were written, and whether the other end keeps the rest back: it leaves no room, or more bytes than
    /// `most` wait.
    pub(crate) fn progress(&self, most: usize) -> (u64, bool) {
        self.lock().progress(most)
    }
}

fn set(place: &mut Option<Waker>, cx: &Context<'_>) {
    match place {
        Some(waker) => waker.clone_from(cx.waker()),
        empty => *empty = Some(cx.waker().clone()),
    }
}

#[cfg(all(test, feature = "client", feature = "server"))]
mod tests;
