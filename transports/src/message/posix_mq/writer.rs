//! The sending end: who opens another's queue.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::descriptor::{Descriptor, register};
use super::{Attributes, Name, Trust};

/// Another's queue, opened to send to it.
///
/// It is in epoll only while it waits for room: there, every message that anybody sends or receives would wake us, as the
/// system tells all waiters of a queue of everything that happens to it.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: Arc<Descriptor>,
    /// The same, where it waits.
    room: Option<AsyncFd<Arc<Descriptor>>>,
}

impl Writer {
    /// Opens a queue that is trusted.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] where there is none; [`io::ErrorKind::PermissionDenied`] where it is not to be trusted,
    /// or we are not.
    pub(crate) fn open(name: Name, trust: &Trust) -> io::Result<Self> {
        let queue = Arc::new(Descriptor::open(name)?);
        trust.check(&queue)?;
        Ok(Self { queue, room: None })
    }

    pub(crate) fn attributes(&self) -> Attributes {
        self.queue.attributes()
    }

    /// Sends a message.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] where the queue is full; [`io::ErrorKind::InvalidInput`] for a message that is too
    /// large.
    pub(crate) fn try_send(&self, bytes: &[u8], priority: u32) -> io::Result<()> {
        self.queue.send(bytes, priority)
    }

    /// As [`try_send`](Self::try_send), but waits where the queue is full, until somebody receives from it.
    pub(crate) fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
        priority: u32,
    ) -> Poll<io::Result<()>> {
        let room = match self.room.take() {
            Some(room) => room,
            None => match self.try_send(bytes, priority) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    register(self.queue.clone(), Interest::WRITABLE)?
                }
                sent => return Poll::Ready(sent),
            },
        };
        loop {
            let Poll::Ready(guard) = room.poll_write_ready(cx) else {
                self.room = Some(room);
                return Poll::Pending;
            };
            if let Ok(sent) = guard?.try_io(|_| self.queue.send(bytes, priority)) {
                return Poll::Ready(sent);
            }
        }
    }

    /// Whether somebody took its name from it: what is sent may still be received, but the name is another's to take.
    pub(crate) fn is_deleted(&self) -> io::Result<bool> {
        self.queue.is_deleted()
    }

    /// Whether nobody receives from it any more: its maker closed it, or died.
    pub(crate) fn is_abandoned(&self) -> io::Result<bool> {
        let abandoned = self.queue.lock()?;
        if abandoned {
            self.queue.unlock()?;
        }
        Ok(abandoned)
    }

    /// Removes it if it [is abandoned](Self::is_abandoned), and says whether it is. Of another user's queues, only root can
    /// remove one.
    pub(crate) fn remove_if_abandoned(&self) -> io::Result<bool> {
        let abandoned = self.queue.lock()?;
        if abandoned {
            let removed = self.queue.unlink();
            self.queue.unlock()?;
            removed?;
        }
        Ok(abandoned)
    }
}
