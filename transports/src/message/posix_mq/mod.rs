//! POSIX message queues (mq_overview(7)): the primitive, which carries messages of bytes and knows nothing in them.
//!
//! Each queue is made by the one end that receives from it, a [`Queue`], and opened by those that send to it, each with a
//! [`Writer`]. On Linux a queue's descriptor goes into epoll like any other, so that nobody polls and no thread waits.
//!
//! Whoever made a queue holds a lock on it (flock(2)) for as long as it lives, and the system gives the lock back when that
//! process dies, however it does. So everybody who has a queue open can see whether anybody still receives from it, and a
//! queue is removed only by who holds its lock. The name of a queue cannot be moved, and a queue has no second one: that its
//! inode still has a link says that the name still means it.

mod attributes;
mod descriptor;
mod error;
mod limits;
mod name;
mod queue;
mod settings;
mod transport;
mod trust;
mod writer;

use self::attributes::Attributes;
use self::name::Name;
use self::queue::Queue;
use self::settings::Settings;
pub(crate) use self::transport::PosixMq;
use self::trust::Trust;
use self::writer::Writer;

#[cfg(test)]
mod tests;
