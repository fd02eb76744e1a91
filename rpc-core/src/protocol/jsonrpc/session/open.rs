//! The calls and streams of a session that are under way, by the names that its two ends have for them.

use std::collections::HashMap;

use futures_util::future::AbortHandle;
use tokio::sync::oneshot;

use super::inbox::Inbox;
use super::outgoing::Stop;
use super::serving::Next;

/// What the peer can refer to.
#[derive(Default)]
pub(super) struct Open {
    /// Its calls, by their ids as they were sent.
    pub(super) calls: HashMap<String, OpenCall>,
    /// The streams that answer its calls, by their names.
    pub(super) streams: HashMap<String, oneshot::Sender<Stop>>,
    /// The streams that are arguments of calls that we made, by the ids of these.
    pub(super) uploads: HashMap<String, oneshot::Sender<Stop>>,
    last_stream: u64,
    /// How many calls run, and streams that answer them.
    pub(super) running: usize,
}

/// A call that has not ended.
pub(super) struct OpenCall {
    pub(super) abort: AbortHandle,
    /// Where the items of its argument go.
    pub(super) upload: Option<Inbox>,
    /// The name of the stream that answers it; empty where none does.
    pub(super) name: String,
    /// Whether that has begun.
    pub(super) stream: bool,
    /// Whether its caller left the stream before it began: nothing more is said of it.
    pub(super) left: bool,
}

impl Open {
    /// A name for a stream.
    pub(super) fn name(&mut self) -> String {
        self.last_stream += 1;
        self.last_stream.to_string()
    }

    /// Whether answers are those of a single call whose caller wants to hear no more of it.
    pub(super) fn is_left(&self, calls: &[(Option<String>, Option<Next>)]) -> bool {
        let [(Some(call), _)] = calls else { return false };
        self.calls.get(call).is_some_and(|open| open.left)
    }
}
