//! The context of a call: deadline, cancellation, metadata, peer, and what its reply shall carry.

mod cancel;
mod options;
mod outgoing;
mod reply;
mod scope;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::Extensions;
use polyrpc_transports::Peer;
use tokio::time::Instant;

use crate::metadata::{Metadata, ReplyParts};
use crate::schema::Protocol;
use crate::status::Status;
use cancel::Shared;
pub(crate) use options::CallOptions;
pub use options::{CallExt, Configured, WithReply};
pub(crate) use outgoing::OutgoingCall;
pub use reply::ReplyHandle;
pub use scope::{InContext, WithContext};
pub(crate) use scope::{Scope, enter, with_current};

/// What is known of a call beside its arguments.
///
/// In a handler, and in everything that it awaits, [`Context::current`] is the context of the call; a method
/// may also take it as its first argument. A generated client reads the current context when it is first
/// polled: deadline, cancellation and trace headers travel on by themselves; other metadata does not.
///
/// A clone shares cancellation and the reply with the call. Nothing is allocated before somebody asks.
pub struct Context {
    deadline: Option<Instant>,
    metadata: Option<Arc<Metadata>>,
    peer: Option<Arc<Peer>>,
    extra: Option<Arc<Extra>>,
    shared: OnceLock<Arc<Shared>>,
    protocol: Option<Protocol>,
    /// Whether dropping this one ends the call: true for the dispatcher's own, false for clones.
    owner: bool,
}

/// What few calls have.
#[derive(Clone, Default)]
struct Extra {
    extensions: Extensions,
    options: CallOptions,
}

/// A value that all calls of a connection have, put into them without making anything anew for each.
#[cfg(all(feature = "client", feature = "jsonrpc"))]
pub(crate) struct Common(Arc<Extra>);

#[cfg(all(feature = "client", feature = "jsonrpc"))]
impl Common {
    pub(crate) fn new<T: Clone + Send + Sync + 'static>(value: T) -> Common {
        let mut extra = Extra::default();
        extra.extensions.insert(value);
        Common(Arc::new(extra))
    }
}

impl Context {
    /// A context that nothing is known of, and that nobody cancels.
    pub(crate) const fn root() -> Context {
        Context {
            deadline: None,
            metadata: None,
            peer: None,
            extra: None,
            shared: OnceLock::new(),
            protocol: None,
            owner: false,
        }
    }

    /// The context of a call that has arrived. Dropping it cancels the call's clones.
    pub(crate) fn incoming(
        protocol: Protocol,
        metadata: impl Into<Arc<Metadata>>,
        peer: Option<Arc<Peer>>,
    ) -> Context {
        let mut cx = Context::root();
        (cx.metadata, cx.peer) = (Some(metadata.into()), peer);
        (cx.protocol, cx.owner) = (Some(protocol), true);
        cx
    }

    /// The context of the call that is being handled; outside a handler an empty one, which has no deadline
    /// and is never cancelled.
    ///
    /// ```
    /// assert!(polyrpc_core::Context::current().deadline().is_none());
    /// ```
    pub fn current() -> Context {
        with_current(|cx| cx.cloned().unwrap_or_else(Context::root))
    }

    /// The current context without its deadline and cancellation, for work that outlives the call; the trace
    /// goes on.
    pub fn detached() -> Context {
        let mut cx = Context::current();
        (cx.deadline, cx.shared) = (None, OnceLock::new());
        cx
    }

    /// When the caller stops waiting, on tokio's clock.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// How long the caller will still wait; zero when the deadline has passed.
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Brings the deadline forward; a later one changes nothing. A layer that does so holds the call to it, and what
    /// the call makes of others.
    pub fn limit(&mut self, deadline: Instant) {
        self.deadline = Some(self.deadline.map_or(deadline, |at| at.min(deadline)));
    }

    /// The caller's metadata.
    pub fn metadata(&self) -> &Metadata {
        static NONE: OnceLock<Metadata> = OnceLock::new();
        match &self.metadata {
            Some(metadata) => metadata,
            None => NONE.get_or_init(Metadata::new),
        }
    }

    /// The metadata, for a layer to change: on a channel what is sent with the call, on a server what its handler sees.
    pub fn metadata_mut(&mut self) -> &mut Metadata {
        Arc::make_mut(self.metadata.get_or_insert_default())
    }

    /// Who called, as far as the transport knows.
    pub fn peer(&self) -> Option<&Peer> {
        self.peer.as_deref()
    }

    /// The protocol that the call came by; none for a local call.
    pub fn protocol(&self) -> Option<Protocol> {
        self.protocol
    }

    /// What the reply shall carry beside the value.
    pub fn reply(&self) -> ReplyHandle<'_> {
        ReplyHandle(self)
    }

    /// Whether the call has been cancelled: its caller is gone, or its deadline has passed.
    pub fn is_cancelled(&self) -> bool {
        self.shared.get().is_some_and(|shared| shared.is_cancelled())
    }

    /// Waits until the call is cancelled; for ever if it never is.
    pub async fn cancelled(&self) {
        self.shared().cancelled().await;
    }

    /// A value that a layer has put into the call.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.extra.as_ref()?.extensions.get()
    }

    /// A value that a layer has put into the call, or `INTERNAL` where none has.
    pub fn require<T: Send + Sync + 'static>(&self) -> Result<&T, Status> {
        self.get().ok_or_else(|| {
            Status::hidden(format!("no layer put a {} into the call", std::any::type_name::<T>()))
        })
    }

    /// Puts a value into the call, for the handler to [`get`](Self::get); replaces one of the same type.
    pub fn insert<T: Clone + Send + Sync + 'static>(&mut self, value: T) {
        self.extra_mut().extensions.insert(value);
    }

    /// Puts the common value into a call that has no other yet.
    #[cfg(all(feature = "client", feature = "jsonrpc"))]
    pub(crate) fn share(&mut self, common: &Common) {
        self.extra = Some(common.0.clone());
    }

    pub(crate) fn options(&self) -> Option<&CallOptions> {
        self.extra.as_ref().map(|extra| &extra.options)
    }

    /// Another deadline, for a call that has another one than its caller.
    pub(crate) fn set_deadline(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
    }

    pub(crate) fn options_mut(&mut self) -> &mut CallOptions {
        &mut self.extra_mut().options
    }

    /// Takes what the handler asked the reply to carry.
    pub(crate) fn take_reply(&self) -> Option<Box<ReplyParts>> {
        self.shared.get().map(|shared| Box::new(std::mem::take(&mut *shared.reply())))
    }

    /// The context of the same call, made once more: a reply that has got so far, and an end of its own.
    pub(crate) fn again(&self) -> Context {
        let mut cx = self.clone();
        (cx.shared, cx.owner) = (OnceLock::from(Arc::new(self.shared().again())), true);
        cx
    }

    fn extra_mut(&mut self) -> &mut Extra {
        Arc::make_mut(self.extra.get_or_insert_default())
    }

    fn shared(&self) -> &Arc<Shared> {
        self.shared.get_or_init(Arc::default)
    }
}

impl Clone for Context {
    fn clone(&self) -> Context {
        Context {
            deadline: self.deadline,
            metadata: self.metadata.clone(),
            peer: self.peer.clone(),
            extra: self.extra.clone(),
            shared: OnceLock::from(self.shared().clone()),
            protocol: self.protocol,
            owner: false,
        }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.get().filter(|_| self.owner) {
            shared.cancel();
        }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("deadline", &self.deadline)
            .field("metadata", &self.metadata)
            .field("peer", &self.peer)
            .field("protocol", &self.protocol)
            .field("cancelled", &self.is_cancelled())
            .finish_non_exhaustive()
    }
}
