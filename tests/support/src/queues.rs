//! POSIX message queues of tests.

use std::fmt;
use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Raises what this process's user may have in queues, where we may, which is for root alone: by default a user has room for
/// eight servers at once, and tests run side by side. Elsewhere, and for others, it does nothing.
pub fn room_for_queues() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        const ROOM: Option<u64> = Some(64 << 20);
        // Who may not is bound by the limit that there is.
        let _ = setrlimit(Resource::Msgqueue, Rlimit { current: ROOM, maximum: ROOM });
    }
}

/// An endpoint of a small queue, whose name no other test has. In the end there is no queue of that name any more, whoever
/// made it, and however that one died.
#[derive(Debug)]
pub struct QueueEndpoint(String);

impl QueueEndpoint {
    /// One whose name has this word in it.
    pub fn new(word: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        room_for_queues();
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Self(format!("posix-mq:/polyrpc-{word}-{}-{count}?messages=4&size=2048", std::process::id()))
    }
}

impl Deref for QueueEndpoint {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for QueueEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Drop for QueueEndpoint {
    fn drop(&mut self) {
        #[cfg(target_os = "linux")]
        if let Some(name) = self.0.split([':', '?']).nth(1) {
            // As a rule it is gone already.
            let _ = nix::mqueue::mq_unlink(name);
        }
    }
}
