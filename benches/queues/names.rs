//! What servers have names for in the system, and that nothing of it is left.

use std::path::PathBuf;

use nix::mqueue::mq_unlink;

/// The names of one server. Both processes hold them, and whichever ends last removes what is left.
pub(crate) struct Names(String);

impl Names {
    pub(crate) fn new(name: String) -> Names {
        Names(name)
    }

    /// Names that no other run has.
    pub(crate) fn of_this_process(kind: &str) -> Names {
        Names(format!("polyrpc-queues.{}.{kind}", std::process::id()))
    }

    pub(crate) fn name(&self) -> &str {
        &self.0
    }

    pub(crate) fn socket(&self) -> PathBuf {
        std::env::temp_dir().join(&self.0)
    }

    /// The queue on which our own server listens.
    pub(crate) fn queue(&self) -> String {
        format!("/{}", self.0)
    }

    /// The queue of the bare servers' requests.
    pub(crate) fn requests(&self) -> String {
        format!("/{}.requests", self.0)
    }

    /// The queue of the bare servers' replies.
    pub(crate) fn replies(&self) -> String {
        format!("/{}.replies", self.0)
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        // Most were not there, or are gone already.
        let _ = std::fs::remove_file(self.socket());
        for queue in [self.queue(), self.requests(), self.replies()] {
            let _ = mq_unlink(queue.as_str());
        }
    }
}
