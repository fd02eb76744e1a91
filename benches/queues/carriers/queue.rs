//! A queue as the system has it.

use std::io;
use std::os::fd::{AsRawFd, RawFd};

use nix::mqueue::{MQ_OFlag, MqAttr, MqdT, mq_attr_member_t, mq_close, mq_open, mq_receive, mq_send};
use nix::sys::stat::Mode;

/// Messages and bytes that a queue has room for.
type Room = (mq_attr_member_t, mq_attr_member_t);

/// The default sizes of our own transport.
pub(super) const REQUESTS: Room = (10, 8192);
pub(super) const REPLIES: Room = (8, 1024);

/// A buffer for any message of either queue.
pub(super) type Buffer = [u8; 8192];

/// An open queue; dropping it closes it.
pub(super) struct Queue(Option<MqdT>);

impl Queue {
    /// Makes a queue that is not there yet, to receive from or to send to.
    pub(super) fn create(name: &str, (messages, size): Room, flags: MQ_OFlag) -> io::Result<Queue> {
        let flags = flags | MQ_OFlag::O_CREAT | MQ_OFlag::O_EXCL | MQ_OFlag::O_CLOEXEC;
        let attributes = MqAttr::new(0, messages, size, 0);
        let queue = mq_open(name, flags, Mode::S_IRUSR | Mode::S_IWUSR, Some(&attributes))?;
        Ok(Queue(Some(queue)))
    }

    /// Opens a queue that is there.
    pub(super) fn open(name: &str, flags: MQ_OFlag) -> io::Result<Queue> {
        Ok(Queue(Some(mq_open(name, flags | MQ_OFlag::O_CLOEXEC, Mode::empty(), None)?)))
    }

    pub(super) fn send(&self, message: &[u8]) -> io::Result<()> {
        Ok(mq_send(self.queue()?, message, 0)?)
    }

    pub(super) fn receive<'a>(&self, buffer: &'a mut Buffer) -> io::Result<&'a [u8]> {
        let length = mq_receive(self.queue()?, buffer, &mut 0)?;
        Ok(&buffer[..length])
    }

    fn queue(&self) -> io::Result<&MqdT> {
        self.0.as_ref().ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl AsRawFd for Queue {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_ref().map_or(-1, AsRawFd::as_raw_fd)
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        if let Some(queue) = self.0.take() {
            // What cannot be closed is not open.
            let _ = mq_close(queue);
        }
    }
}
