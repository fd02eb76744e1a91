//! The cursors of a server, their number and their end.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, timeout_at};

use super::lease::Lease;
use super::owner::Owner;
use crate::dispatch::Fill;
use crate::metadata::Metadata;
use crate::protocol::Limits;
use crate::status::Status;

/// How long a cursor lives that nobody reads.
const LIFE: Duration = Duration::from_secs(60);

/// The cursors of a server, by their ids.
#[derive(Clone, Default)]
pub(crate) struct Cursors(Arc<Shared>);

#[derive(Default)]
struct Shared {
    table: Mutex<Table>,
    /// Hears of a stream that may end before the others.
    sooner: Arc<Notify>,
}

#[derive(Default)]
struct Table {
    cursors: HashMap<String, Cursor>,
    /// Whether a task ends those that nobody reads.
    swept: bool,
}

struct Cursor {
    owner: Owner,
    state: State,
}

enum State {
    /// Nobody reads it.
    Idle { stream: OpenStream, until: Instant },
    /// A call reads it, and hears of its end.
    Read { _closed: oneshot::Sender<()> },
}

/// Items on their way.
type Encoded = Pin<Box<dyn Fill>>;

/// A stream that is read bit by bit.
pub(super) struct OpenStream {
    /// None once it has failed.
    pub(super) items: Option<Encoded>,
    /// The failure behind items that were told of.
    pub(super) failed: Option<Status>,
    /// Trailers that were set before the stream began.
    pub(super) trailers: Metadata,
    pub(super) deadline: Option<Instant>,
}

impl OpenStream {
    /// When it ends if nobody reads it.
    fn ends(&self, until: Instant) -> Instant {
        self.deadline.map_or(until, |deadline| deadline.min(until))
    }

    /// Ends it at its deadline; the failure is kept for the reader.
    fn expire(&mut self) -> Option<Encoded> {
        let status = Status::deadline_exceeded("the deadline passed before the stream ended");
        self.deadline = None;
        self.failed.get_or_insert(status);
        self.items.take()
    }
}

impl Cursors {
    /// Whether one more cursor may be opened.
    ///
    /// # Errors
    ///
    /// `RESOURCE_EXHAUSTED`, with the limit.
    pub(super) fn admit(&self, owner: &Owner, limits: &Limits) -> Result<(), Status> {
        self.lock().admit(owner, limits)
    }

    /// Adds a stream, and gives its id.
    pub(super) fn add(&self, stream: OpenStream, owner: Owner, limits: &Limits) -> Result<String, Status> {
        let id = uuid::Uuid::new_v4().simple().to_string();
        let bounded = stream.deadline.is_some();
        let state = State::Idle { stream, until: Instant::now() + LIFE };
        let mut table = self.lock();
        table.admit(&owner, limits)?;
        table.cursors.insert(id.clone(), Cursor { owner, state });
        if !std::mem::replace(&mut table.swept, true) {
            tokio::spawn(sweep(Arc::downgrade(&self.0), self.0.sooner.clone()));
        } else if bounded {
            self.0.sooner.notify_one();
        }
        Ok(id)
    }

    /// Takes a stream to read it.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` for an id that is nobody's, `FAILED_PRECONDITION` while another call reads.
    pub(super) fn take(&self, id: &str) -> Result<Lease, Status> {
        let mut table = self.lock();
        let cursor = table.cursors.get_mut(id).ok_or_else(unknown)?;
        let (closed, on_close) = oneshot::channel();
        match std::mem::replace(&mut cursor.state, State::Read { _closed: closed }) {
            State::Idle { stream, .. } => Ok(Lease::new(self.clone(), id.to_owned(), stream, on_close)),
            reading => {
                cursor.state = reading;
                Err(Status::failed_precondition("another system.stream.next reads this stream"))
            }
        }
    }

    /// Puts a stream back, unless it was closed meanwhile: it is dropped then.
    pub(super) fn put(&self, id: &str, stream: OpenStream) {
        let mut table = self.lock();
        match table.cursors.get_mut(id) {
            Some(cursor) => {
                if stream.deadline.is_some() {
                    self.0.sooner.notify_one();
                }
                cursor.state = State::Idle { stream, until: Instant::now() + LIFE };
            }
            None => {
                // In this order, for a handler's own code runs when it is dropped.
                drop(table);
                drop(stream);
            }
        }
    }

    /// Ends a cursor; false if there is none of this id.
    pub(super) fn remove(&self, id: &str) -> bool {
        // Behind the lock, for a handler's own code runs when it is dropped.
        let removed = self.lock().cursors.remove(id);
        removed.is_some()
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Cursors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Cursors").field(&self.lock().cursors.len()).finish()
    }
}

fn unknown() -> Status {
    Status::not_found("there is no such stream: it has ended, was closed, or was not read for 60 s")
}

impl Table {
    fn admit(&self, owner: &Owner, limits: &Limits) -> Result<(), Status> {
        let own = self.cursors.values().filter(|cursor| cursor.owner == *owner).count();
        let refused = |whose: &str, limit: usize| {
            Err(Status::resource_exhausted(format!(
                "the {whose} has more open streams than the limit of {limit}"
            )))
        };
        match (own, self.cursors.len()) {
            (own, _) if own >= limits.peer_cursors => refused("peer", limits.peer_cursors),
            (_, all) if all >= limits.cursors => refused("server", limits.cursors),
            _ => Ok(()),
        }
    }

    /// Moves into `ended` the items of what has ended by `now`; when to look again, if there is anything to look at.
    fn sweep(&mut self, now: Instant, ended: &mut Vec<Encoded>) -> Option<Instant> {
        // What is put back from now on lives at least that long, unless it has a deadline, and then it is heard of.
        let mut next = now + LIFE;
        self.cursors.retain(|_, cursor| {
            let State::Idle { stream, until } = &mut cursor.state else { return true };
            if *until <= now {
                ended.extend(stream.items.take());
                return false;
            }
            if stream.deadline.is_some_and(|deadline| deadline <= now) {
                ended.extend(stream.expire());
            }
            next = next.min(stream.ends(*until));
            true
        });
        self.swept = !self.cursors.is_empty();
        self.swept.then_some(next)
    }
}

/// Ends the cursors that nobody reads, until there are none.
async fn sweep(shared: Weak<Shared>, sooner: Arc<Notify>) {
    loop {
        let Some(table) = shared.upgrade() else { return };
        let mut ended = Vec::new();
        let next = table.lock().sweep(Instant::now(), &mut ended);
        // Behind the lock, for handlers' own code runs when they are dropped.
        drop((table, ended));
        match next {
            // What ends the wait early does not matter.
            Some(next) => drop(timeout_at(next, sooner.notified()).await),
            None => return,
        }
    }
}
