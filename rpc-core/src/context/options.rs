//! What a caller asks of one call: the options that hang on its future.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{self, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::time::Instant;

use super::Context;
use super::scope::enter;
use crate::metadata::{InvalidMetadata, Metadata, ReplyParts};

/// The options of one call: a generated client reads them from the current context.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallOptions {
    pub(crate) metadata: Metadata,
    pub(crate) compress: Option<bool>,
    pub(crate) reply: Option<ReplySlot>,
    /// The first pair that cannot be sent; it fails the call.
    pub(crate) invalid: Option<InvalidMetadata>,
}

/// Where a client puts what its reply carried.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReplySlot(Arc<Mutex<ReplyParts>>);

impl ReplySlot {
    pub(crate) fn put(&self, parts: ReplyParts) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = parts;
    }

    fn take(&self) -> ReplyParts {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Options for one call, on its future: whatever clients the future calls see them.
///
/// ```
/// # use std::time::Duration;
/// use polyrpc_core::CallExt;
/// # async fn place() -> Result<u64, polyrpc_core::Status> { Ok(7) }
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let (number, reply) =
///     place().within(Duration::from_secs(2)).header("x-tenant", "7").with_reply().await;
/// assert_eq!(number.unwrap(), 7);
/// assert_eq!(reply.headers.get("x-cost"), None);
/// # }
/// ```
pub trait CallExt: Future + Sized {
    /// Sets a deadline, counted from the first poll. A deadline that is already set and earlier stays.
    fn within(self, duration: Duration) -> Configured<Self> {
        Configured::new(self, Change::Within(duration))
    }

    /// Sends a header along. A key or value that cannot be sent fails the call with `INVALID_ARGUMENT`.
    fn header(self, key: &str, value: &str) -> Configured<Self> {
        let mut metadata = Metadata::new();
        let added = metadata.append(key, value);
        Configured::new(self, Change::Metadata(metadata, added.err()))
    }

    /// Sends a header of bytes along; the key ends in `-bin`.
    fn header_bin(self, key: &str, value: &[u8]) -> Configured<Self> {
        let mut metadata = Metadata::new();
        let added = metadata.insert_bin(key, value);
        Configured::new(self, Change::Metadata(metadata, added.err()))
    }

    /// Sends the arguments compressed, or not, where the protocol can.
    fn compress(self, compress: bool) -> Configured<Self> {
        Configured::new(self, Change::Compress(compress))
    }

    /// Gives what the reply carried beside the value, also when the call failed.
    fn with_reply(self) -> WithReply<Self> {
        let slot = ReplySlot::default();
        WithReply { slot: slot.clone(), call: Configured::new(self, Change::Reply(slot)) }
    }
}

impl<F: Future> CallExt for F {}

#[derive(Debug)]
enum Change {
    Within(Duration),
    Metadata(Metadata, Option<InvalidMetadata>),
    Compress(bool),
    Reply(ReplySlot),
}

impl Change {
    fn apply(&self, cx: &mut Context) {
        match self {
            Change::Within(duration) => {
                if let Some(deadline) = Instant::now().checked_add(*duration) {
                    cx.limit(deadline);
                }
            }
            Change::Metadata(metadata, invalid) => {
                let options = cx.options_mut();
                options.metadata.extend(metadata);
                options.invalid = options.invalid.take().or_else(|| invalid.clone());
            }
            Change::Compress(compress) => cx.options_mut().compress = Some(*compress),
            Change::Reply(slot) => cx.options_mut().reply = Some(slot.clone()),
        }
    }
}

pin_project! {
    /// A future with an option set: see [`CallExt`].
    #[derive(Debug)]
    pub struct Configured<F> {
        change: Change,
        cx: Option<Context>,
        #[pin]
        future: F,
    }
}

impl<F> Configured<F> {
    fn new(future: F, change: Change) -> Self {
        Configured { change, cx: None, future }
    }
}

impl<F: Future> Future for Configured<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, task: &mut task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        // The parent is whichever context is current at the first poll: that of the handler that awaits us.
        let cx = this.cx.get_or_insert_with(|| {
            let mut child = Context::current();
            this.change.apply(&mut child);
            child
        });
        enter(cx, || this.future.poll(task))
    }
}

pin_project! {
    /// A future that also gives what its reply carried: see [`CallExt::with_reply`].
    #[derive(Debug)]
    pub struct WithReply<F> {
        slot: ReplySlot,
        #[pin]
        call: Configured<F>,
    }
}

impl<F: Future> Future for WithReply<F> {
    type Output = (F::Output, ReplyParts);

    fn poll(self: Pin<&mut Self>, task: &mut task::Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        this.call.poll(task).map(|output| (output, this.slot.take()))
    }
}
