//! How urgent a call is.

/// How urgent a call is beside others to the same place: the highest goes first. It stands in the extensions of an
/// `http::Request`, and is of the whole call: of its head and its body, and of the response to it.
///
/// Message queues know priorities: those of POSIX take 0 to 32767
/// ([mq_overview(7)](https://man7.org/linux/man-pages/man7/mq_overview.7.html)). A transport without priorities does not
/// look at it.
///
/// ```
/// use polyrpc_transports::{Body, Priority};
///
/// let mut request = http::Request::new(Body::from("sell"));
/// request.extensions_mut().insert(Priority::new(9));
/// assert_eq!(request.extensions().get::<Priority>().map(|priority| priority.get()), Some(9));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Priority(u32);

impl Priority {
    /// A priority by its number; how high they go is for the transport to say.
    pub const fn new(priority: u32) -> Self {
        Self(priority)
    }

    /// Its number; the highest goes first.
    pub const fn get(self) -> u32 {
        self.0
    }
}
