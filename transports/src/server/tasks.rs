//! Many futures polled in one task, together with what feeds them.
//!
//! A connection and its calls run in one task, because a hop to another one costs more than a small call does. A
//! place for a future is used again, so that a call allocates none.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// Who is to be polled.
#[derive(Debug, Default)]
struct Ready {
    /// Places of futures, or [`FEEDER`].
    queue: Vec<usize>,
    /// The task is at work already, so that it need not be woken.
    working: bool,
    task: Option<Waker>,
}

/// The place of what feeds the futures: the connection.
const FEEDER: usize = usize::MAX;

/// Places that are kept when they fall empty; a burst's others are given back.
const KEPT: usize = 64;

/// Wakes one place.
struct Bell {
    place: usize,
    rung: AtomicBool,
    ready: Arc<Mutex<Ready>>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.rung.swap(true, Ordering::AcqRel) {
            return;
        }
        let mut ready = lock(&self.ready);
        ready.queue.push(self.place);
        let task = if ready.working { None } else { ready.task.take() };
        drop(ready);
        if let Some(task) = task {
            task.wake();
        }
    }
}

fn lock(ready: &Mutex<Ready>) -> MutexGuard<'_, Ready> {
    ready.lock().unwrap_or_else(PoisonError::into_inner)
}

fn bell(place: usize, ready: &Arc<Mutex<Ready>>) -> (Arc<Bell>, Waker) {
    let bell = Arc::new(Bell { place, rung: AtomicBool::new(false), ready: ready.clone() });
    (bell.clone(), Waker::from(bell))
}

struct Place<F> {
    future: Pin<Box<Option<F>>>,
    bell: Arc<Bell>,
    waker: Waker,
}

/// Futures that are polled when they were woken, and a feeder that is polled in between.
pub(crate) struct Tasks<F> {
    places: Vec<Option<Place<F>>>,
    free: Vec<usize>,
    running: usize,
    ready: Arc<Mutex<Ready>>,
    feeder: (Arc<Bell>, Waker),
    /// Who is polled in this round.
    round: Vec<usize>,
}

impl<F: Future<Output = ()>> Tasks<F> {
    pub(crate) fn new() -> Self {
        let ready = Arc::new(Mutex::new(Ready::default()));
        let feeder = bell(FEEDER, &ready);
        feeder.1.wake_by_ref();
        Self { places: Vec::new(), free: Vec::new(), running: 0, ready, feeder, round: Vec::new() }
    }

    /// How many have not ended.
    pub(crate) fn running(&self) -> usize {
        self.running
    }

    /// What wakes the feeder.
    pub(crate) fn feeder(&self) -> Waker {
        self.feeder.1.clone()
    }

    /// Adds a future; it is polled in this round.
    pub(crate) fn push(&mut self, future: F) {
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push(None);
            self.places.len() - 1
        });
        match &mut self.places[place] {
            Some(place) => place.future.set(Some(future)),
            empty => {
                let (bell, waker) = bell(place, &self.ready);
                *empty = Some(Place { future: Box::pin(Some(future)), bell, waker });
            }
        }
        self.running += 1;
        self.round.push(place);
    }

    /// Begins to work: wakes from now on reach the queue alone, until [`rest`](Self::rest).
    pub(crate) fn work(&mut self, cx: &Context<'_>) {
        let mut ready = lock(&self.ready);
        ready.working = true;
        match &mut ready.task {
            Some(task) if task.will_wake(cx.waker()) => {}
            task => *task = Some(cx.waker().clone()),
        }
    }

    /// Takes what was woken into this round, and says whether the feeder was among it. `None` if nothing was: the
    /// work is over.
    pub(crate) fn next_round(&mut self) -> Option<bool> {
        let mut ready = lock(&self.ready);
        if ready.queue.is_empty() {
            ready.working = false;
            return None;
        }
        std::mem::swap(&mut ready.queue, &mut self.round);
        drop(ready);
        let before = self.round.len();
        self.round.retain(|place| *place != FEEDER);
        let fed = self.round.len() < before;
        if fed {
            self.feeder.0.rung.store(false, Ordering::Release);
        }
        Some(fed)
    }

    /// Polls this round's futures, in the order in which they were added or woken.
    pub(crate) fn run_round(&mut self) {
        let mut round = std::mem::take(&mut self.round);
        for place in round.drain(..) {
            let Some(Some(slot)) = self.places.get_mut(place) else { continue };
            slot.bell.rung.store(false, Ordering::Release);
            let Some(future) = slot.future.as_mut().as_pin_mut() else { continue };
            if future.poll(&mut Context::from_waker(&slot.waker)).is_ready() {
                self.end(place);
            }
        }
        self.round = round;
    }

    /// Gives the rest of the work to a later turn.
    pub(crate) fn rest(&mut self, cx: &Context<'_>) {
        lock(&self.ready).working = false;
        cx.waker().wake_by_ref();
    }

    fn end(&mut self, place: usize) {
        self.running -= 1;
        match &mut self.places[place] {
            Some(slot) if self.free.len() < KEPT => slot.future.set(None),
            slot => *slot = None,
        }
        self.free.push(place);
    }
}

/// Polls whatever is ready, feeder first, until nothing is. `feed` is polled with the feeder's waker.
pub(crate) fn poll_rounds<F: Future<Output = ()>>(
    tasks: &mut Tasks<F>,
    cx: &mut Context<'_>,
    mut feed: impl FnMut(&mut Tasks<F>) -> Poll<()>,
) -> Poll<()> {
    /// Rounds before other tasks get their turn.
    const ROUNDS: usize = 64;
    tasks.work(cx);
    for _ in 0..ROUNDS {
        let Some(fed) = tasks.next_round() else { return Poll::Pending };
        if fed && feed(tasks).is_ready() {
            return Poll::Ready(());
        }
        tasks.run_round();
    }
    tasks.rest(cx);
    Poll::Pending
}
