//! How many messages a queue holds, and how large they may be.

use super::limits::Limits;

/// What the system allocates besides each message: its `struct msg_msg`, and a `struct posix_msg_tree_node` for each
/// message or priority, whichever are fewer (getrlimit(2), of `RLIMIT_MSGQUEUE`, since Linux 3.5; on 64 bits).
const MESSAGE_HEAD: u64 = 48;
const TREE_NODE: u64 = 48;

/// The size of a queue, which is fixed when it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Attributes {
    /// How many messages it holds; then senders wait.
    pub(crate) messages: u32,
    /// The bytes of its largest message.
    pub(crate) size: u32,
}

impl Attributes {
    /// Of a queue that requests come in by: what a system allows that nobody tuned.
    pub(crate) const REQUESTS: Self = Self { messages: 10, size: 8192 };

    /// Of a queue that replies come in by. A user has 800 KiB of queues in all, and each client has one of these.
    pub(crate) const REPLIES: Self = Self { messages: 8, size: 1024 };

    /// Priorities go from 0 to one less than this; the highest is received first.
    pub(crate) const PRIORITIES: u32 = 32_768;

    /// What the system counts against `RLIMIT_MSGQUEUE` for such a queue, full or empty, in bytes.
    pub(crate) fn bytes(self) -> u64 {
        let messages = u64::from(self.messages);
        let nodes = messages.min(u64::from(Self::PRIORITIES));
        messages * (u64::from(self.size) + MESSAGE_HEAD) + nodes * TREE_NODE
    }

    /// No more than the system allows.
    pub(super) fn cut(self, limits: &Limits) -> Self {
        let least = |wanted: u32, limit: Option<u64>| {
            limit.map_or(wanted, |limit| wanted.min(u32::try_from(limit).unwrap_or(u32::MAX)))
        };
        Self { messages: least(self.messages, limits.messages), size: least(self.size, limits.message_bytes) }
    }
}
