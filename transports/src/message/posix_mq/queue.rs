//! The receiving end: who makes a queue.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::time::sleep;

use super::descriptor::{Descriptor, register};
use super::{Attributes, Name};

/// How long a lock may be held by somebody who only looks whether anybody has it.
const LOOK: Duration = Duration::from_millis(20);

/// A queue of our own, locked and in the runtime's epoll. Dropping it removes it, if its name still means it.
#[derive(Debug)]
pub(crate) struct Queue {
    queue: AsyncFd<Arc<Descriptor>>,
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.unlink();
    }
}

/// A queue that was made, and has no lock yet. Unless it is kept, it is removed.
struct Made(Option<Descriptor>);

impl Drop for Made {
    fn drop(&mut self) {
        if let Some(made) = &self.0 {
            // Nobody could do anything about a failure.
            let _ = made.unlink();
        }
    }
}

impl Made {
    fn get(&self) -> io::Result<&Descriptor> {
        self.0.as_ref().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn keep(mut self) -> io::Result<Arc<Descriptor>> {
        self.0.take().map(Arc::new).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Queue {
    /// Makes a queue of a name that is to be free.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] where it is not; limits of the system, which the text names.
    pub(crate) async fn create(name: Name, attributes: Attributes, mode: u32) -> io::Result<Self> {
        let made = Made(Some(Descriptor::create(name, attributes, mode)?));
        let queue = made.get()?;
        if !queue.lock()? {
            sleep(LOOK).await;
        }
        // Somebody may have taken it for a dead process's before we had the lock, and have removed it.
        if !queue.lock()? || queue.is_deleted()? {
            return Err(taken(queue.name()));
        }
        Ok(Self { queue: register(made.keep()?, Interest::READABLE)? })
    }

    /// Makes a queue of a known name, in place of one that a process of the same user left there when it died.
    ///
    /// # Errors
    /// [`io::ErrorKind::AddrInUse`] where somebody listens there, or the queue is another user's, besides those of
    /// [`create`](Self::create).
    pub(crate) async fn listen(name: Name, attributes: Attributes, mode: u32) -> io::Result<Self> {
        match Self::create(name.clone(), attributes, mode).await {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            result => return result,
        }
        if !remove_stale(&name)? {
            sleep(LOOK).await;
            if !remove_stale(&name)? {
                return Err(taken(&name));
            }
        }
        Self::create(name.clone(), attributes, mode).await.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => taken(&name),
            _ => error,
        })
    }

    /// Makes a queue of a random name, for the replies of a server.
    ///
    /// # Errors
    /// Those of [`create`](Self::create).
    pub(crate) async fn for_replies(server: &Name, attributes: Attributes, mode: u32) -> io::Result<Self> {
        loop {
            match Self::create(Name::random(server)?, attributes, mode).await {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                result => return result,
            }
        }
    }

    /// Takes its name from it, so that nobody new can send to it.
    pub(crate) fn unlink(&self) {
        // Nobody could do anything about a failure.
        let _ = self.queue.get_ref().unlink();
    }

    pub(crate) fn name(&self) -> &Name {
        self.queue.get_ref().name()
    }

    pub(crate) fn attributes(&self) -> Attributes {
        self.queue.get_ref().attributes()
    }

    /// Receives the oldest of the messages of the highest priority into a buffer of the size of the largest: its length
    /// and priority; waits where there is none. The runtime is asked again only once there was none, so that a wake-up
    /// serves all messages that are there; within a task's fair share of time.
    ///
    /// # Errors
    /// A buffer that is too small.
    pub(crate) fn poll_receive(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<(usize, u32)>> {
        loop {
            let mut guard = ready!(self.queue.poll_read_ready(cx))?;
            if let Ok(received) = guard.try_io(|queue| queue.get_ref().receive(buffer)) {
                return Poll::Ready(received);
            }
        }
    }

    /// Whether somebody took its name from it: then nobody new can send to it.
    pub(crate) fn is_deleted(&self) -> io::Result<bool> {
        self.queue.get_ref().is_deleted()
    }
}

/// Removes a queue of ours that nobody receives from any more; false where somebody does.
fn remove_stale(name: &Name) -> io::Result<bool> {
    let found = match Descriptor::open(name.clone()) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Err(foreign(name)),
        result => result?,
    };
    if found.stat()?.st_uid != rustix::process::geteuid().as_raw() {
        return Err(foreign(name));
    }
    if !found.lock()? {
        return Ok(false);
    }
    found.unlink()?;
    Ok(true)
}

fn taken(name: &Name) -> io::Error {
    io::Error::new(io::ErrorKind::AddrInUse, format!("somebody listens on {name}"))
}

fn foreign(name: &Name) -> io::Error {
    io::Error::new(io::ErrorKind::AddrInUse, format!("a queue of another user has the name {name}"))
}
