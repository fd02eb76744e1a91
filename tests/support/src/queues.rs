//! Room for POSIX message queues.

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
