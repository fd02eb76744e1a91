//! From the current context to the context of a call that a client makes.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::cancel::Shared;
use super::options::{CallOptions, ReplySlot};
use super::{Context, with_current};
use crate::metadata::Metadata;
use crate::status::Status;

/// Headers that travel on by themselves (W3C Trace Context and Baggage).
const TRACE: [&str; 3] = ["traceparent", "tracestate", "baggage"];

/// What a client keeps of its call: it ends the wait, and takes what the reply carried.
pub(crate) struct OutgoingCall {
    pub(crate) deadline: Option<Instant>,
    pub(crate) reply: Option<ReplySlot>,
    parent: Option<Arc<Shared>>,
}

impl OutgoingCall {
    /// What resolves when the handler that makes the call is cancelled; none outside one.
    pub(crate) fn cancelled_with_parent(&self) -> Option<impl Future<Output = ()> + Send + 'static> {
        let parent = self.parent.clone()?;
        Some(async move { parent.cancelled().await })
    }

    /// Waits until the handler that makes the call is cancelled; for ever outside one.
    pub(crate) async fn parent_cancelled(&self) {
        match &self.parent {
            Some(shared) => shared.cancelled().await,
            None => std::future::pending().await,
        }
    }
}

impl Context {
    /// The context of a call that a client makes now: the current deadline or `timeout`, whichever is set
    /// (the current one first), the channel's metadata, trace headers, and the options on the call's future.
    ///
    /// A context that is `given`, as a method's argument, stands for the current one. The options on the future
    /// are the current one's all the same, and of two deadlines the earlier holds.
    pub(crate) fn outgoing(
        given: Option<&Context>,
        defaults: &Metadata,
        timeout: Option<Duration>,
    ) -> Result<(Context, OutgoingCall), Status> {
        with_current(|current| {
            let options = current.and_then(Context::options);
            if let Some(invalid) = options.and_then(|options| options.invalid.as_ref()) {
                return Err(Status::invalid_argument(invalid.to_string()));
            }
            let parent = given.or(current);
            let mut cx = Context::root();
            cx.owner = true;
            cx.deadline = deadline(given, current, timeout);
            cx.metadata = metadata(defaults, parent, options);
            if let Some(compress) = options.and_then(|options| options.compress) {
                cx.options_mut().compress = Some(compress);
            }
            let outgoing = OutgoingCall {
                deadline: cx.deadline,
                reply: options.and_then(|options| options.reply.clone()),
                parent: parent.and_then(|cx| cx.shared.get().cloned()),
            };
            Ok((cx, outgoing))
        })
    }
}

/// The deadline that is set, if there is one: a default never shortens what a caller granted.
fn deadline(
    given: Option<&Context>,
    current: Option<&Context>,
    timeout: Option<Duration>,
) -> Option<Instant> {
    let set = [given, current].into_iter().flatten().filter_map(Context::deadline).min();
    set.or_else(|| timeout.and_then(|timeout| Instant::now().checked_add(timeout)))
}

fn metadata(
    defaults: &Metadata,
    current: Option<&Context>,
    options: Option<&CallOptions>,
) -> Option<Arc<Metadata>> {
    let trace = current.map(Context::metadata).filter(|m| TRACE.iter().any(|key| m.get(key).is_some()));
    let own = options.map(|options| &options.metadata).filter(|metadata| !metadata.is_empty());
    if trace.is_none() && own.is_none() && defaults.is_empty() {
        return None;
    }
    let mut metadata = defaults.clone();
    for key in TRACE {
        if let Some(value) = trace.and_then(|trace| trace.get(key)) {
            // What has been received as visible ASCII can be sent as such.
            let _ = metadata.insert(key, value);
        }
    }
    if let Some(own) = own {
        metadata.extend(own);
    }
    Some(Arc::new(metadata))
}
