//! An open queue, as the system's calls have it.

use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::sync::Arc;

use nix::errno::Errno;
use nix::mqueue::{MQ_OFlag, MqAttr, MqdT, mq_attr_member_t};
use nix::mqueue::{mq_close, mq_getattr, mq_open, mq_receive, mq_send, mq_unlink};
use nix::sys::stat::Mode;
use rustix::fs::{FlockOperation, Stat, fchmod, flock, fstat};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::{Attributes, Name, error};

const ALWAYS: MQ_OFlag = MQ_OFlag::O_NONBLOCK.union(MQ_OFlag::O_CLOEXEC);

/// An open queue, which never blocks. Dropping it closes it, and removes nothing.
#[derive(Debug)]
pub(super) struct Descriptor {
    /// None only while it is dropped.
    queue: Option<MqdT>,
    name: Name,
    attributes: Attributes,
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        if let Some(queue) = self.queue.take() {
            // What cannot be closed is not open.
            let _ = mq_close(queue);
        }
    }
}

impl Descriptor {
    /// Makes a queue to receive from, which was not there before. Its mode does not depend on the umask, and is never
    /// wider than in the end.
    pub(super) fn create(name: Name, attributes: Attributes, mode: u32) -> io::Result<Self> {
        let flags = MQ_OFlag::O_RDONLY | MQ_OFlag::O_CREAT | MQ_OFlag::O_EXCL | ALWAYS;
        // What is no number there becomes a negative one, which the system refuses as it does too large ones.
        let size = |number| number as mq_attr_member_t;
        let asked = MqAttr::new(0, size(attributes.messages), size(attributes.size), 0);
        let queue = mq_open(name.as_str(), flags, Mode::S_IRUSR | Mode::S_IWUSR, Some(&asked))
            .map_err(|errno| error::create(&name, attributes, errno))?;
        let made = Self { queue: Some(queue), name, attributes };
        if let Err(error) = fchmod(made.queue()?, mode.into()) {
            let _ = made.unlink();
            return Err(error.into());
        }
        Ok(made)
    }

    /// Opens a queue to send to it.
    pub(super) fn open(name: Name) -> io::Result<Self> {
        let queue = mq_open(name.as_str(), MQ_OFlag::O_WRONLY | ALWAYS, Mode::empty(), None)
            .map_err(|errno| error::open(&name, errno))?;
        let found = mq_getattr(&queue)?;
        let size = |number| u32::try_from(number).unwrap_or(u32::MAX);
        let attributes = Attributes { messages: size(found.maxmsg()), size: size(found.msgsize()) };
        Ok(Self { queue: Some(queue), name, attributes })
    }

    pub(super) fn name(&self) -> &Name {
        &self.name
    }

    pub(super) fn attributes(&self) -> Attributes {
        self.attributes
    }

    pub(super) fn send(&self, bytes: &[u8], priority: u32) -> io::Result<()> {
        mq_send(self.queue()?, bytes, priority)
            .map_err(|errno| error::send(self.attributes, bytes.len(), priority, errno))
    }

    pub(super) fn receive(&self, buffer: &mut [u8]) -> io::Result<(usize, u32)> {
        let mut priority = 0;
        let len = mq_receive(self.queue()?, buffer, &mut priority)
            .map_err(|errno| error::receive(self.attributes, buffer.len(), errno))?;
        Ok((len, priority))
    }

    pub(super) fn stat(&self) -> io::Result<Stat> {
        Ok(fstat(self.queue()?)?)
    }

    /// Whether its name was taken from it. What is in it can still be received.
    pub(super) fn is_deleted(&self) -> io::Result<bool> {
        Ok(self.stat()?.st_nlink == 0)
    }

    /// Takes the lock of the queue, unless somebody has it.
    pub(super) fn lock(&self) -> io::Result<bool> {
        match flock(self.queue()?, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(true),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives the lock back.
    pub(super) fn unlock(&self) -> io::Result<()> {
        Ok(flock(self.queue()?, FlockOperation::Unlock)?)
    }

    /// Takes its name from it, unless the name means another queue already. For who holds the lock: of two others, the
    /// second might remove a queue that was made in between.
    pub(super) fn unlink(&self) -> io::Result<()> {
        if self.is_deleted()? {
            return Ok(());
        }
        mq_unlink(self.name.as_str()).map_err(|errno| error::open(&self.name, errno))
    }

    fn queue(&self) -> Result<&MqdT, Errno> {
        self.queue.as_ref().ok_or(Errno::EBADF)
    }
}

impl AsRawFd for Descriptor {
    fn as_raw_fd(&self) -> RawFd {
        self.queue.as_ref().map_or(-1, AsRawFd::as_raw_fd)
    }
}

/// Puts a queue into the runtime's epoll.
#[expect(unsafe_code, reason = "the descriptor must stay open, of which tokio cannot be sure")]
pub(super) fn register(queue: Arc<Descriptor>, interest: Interest) -> io::Result<AsyncFd<Arc<Descriptor>>> {
    // SAFETY: a `Descriptor` is closed when it is dropped and not before, and its number is that of the same queue until
    // then. What is registered holds it.
    Ok(unsafe { AsyncFd::register_with_interest(queue, interest) }?)
}
