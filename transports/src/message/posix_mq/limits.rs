//! What the system allows of queues.

use std::fs;

use rustix::process::{Resource, getrlimit};

/// The limits of mq_overview(7). None where the system does not tell, or there is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// `fs.mqueue.msg_max`: messages of a queue.
    pub(super) messages: Option<u64>,
    /// `fs.mqueue.msgsize_max`: bytes of a message.
    pub(super) message_bytes: Option<u64>,
    /// `fs.mqueue.queues_max`: queues of the whole system.
    pub(super) queues: Option<u64>,
    /// `RLIMIT_MSGQUEUE`: bytes of all queues of this user.
    pub(super) user_bytes: Option<u64>,
}

impl Limits {
    /// Those of now: any of them may change while we run.
    pub(super) fn read() -> Self {
        Self {
            messages: knob("msg_max"),
            message_bytes: knob("msgsize_max"),
            queues: knob("queues_max"),
            user_bytes: getrlimit(Resource::Msgqueue).current,
        }
    }
}

fn knob(name: &str) -> Option<u64> {
    fs::read_to_string(format!("/proc/sys/fs/mqueue/{name}")).ok()?.trim().parse().ok()
}
