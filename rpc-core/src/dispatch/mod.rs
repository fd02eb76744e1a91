//! The upper waist: the erased call, above every protocol.
//!
//! `Call` → `Reply`, where HTTP is unknown. Generated servers stand above it, the protocols below; layers,
//! bridges and the in-process client live here.

mod call;
mod guard;
mod invoke;
mod items;
mod layer;
mod one_way;
mod reply;
mod returns;
mod router;
mod stacked;
mod streams;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::schema::ServiceSchema;
use crate::status::Status;

use call::unencodable;
pub use call::{Call, Inbound, Outbound};
pub(crate) use invoke::invoke;
pub(crate) use items::{FILL, Fill, ItemFraming, Items, Pull, Sink};
pub use layer::{Erased, FromFn, FromFnService, Next, Stack, from_fn};
pub use one_way::{Accepted, one_way};
pub use reply::Reply;
pub(crate) use returns::Received;
pub use returns::{Answers, DescribedError, ErrorProbe, PlainError, Returns, ReturnsNothing};
pub use router::RouterError;
pub(crate) use router::{Route, Router};
pub use stacked::CallLayers;
pub(crate) use stacked::Layered;
pub use streams::{AcceptsStream, AnswersStream, ReturnsStream, StreamsIn};
pub(crate) use streams::{ReceivedStream, Upload};

/// The future of a reply.
pub type ReplyFuture = Pin<Box<dyn Future<Output = Result<Reply, Status>> + Send>>;

/// Something that answers calls: a generated server, a stack of layers above one, a channel.
///
/// It is called through `&self`, so that one value serves all callers at once without a lock or a clone.
pub trait Invoke: Send + Sync + 'static {
    /// Answers one call. The future owns all it needs; dropping it cancels the call.
    fn invoke(&self, call: Call) -> ReplyFuture;
}

/// A service that can be served: what `#[service]` generates as `OrdersServer<T>`.
pub trait Dispatch: Invoke {
    /// The static schema of the service.
    fn schema(&self) -> &'static ServiceSchema;
}

/// The answer to a call of a method that the service does not have, which a layer may have made up.
#[doc(hidden)]
pub fn no_such_method(call: Call) -> ReplyFuture {
    let status = Status::unimplemented(format!("unknown method {}", call.method().full_name()));
    Box::pin(std::future::ready(Err(status)))
}

impl<T: Invoke + ?Sized> Invoke for Arc<T> {
    fn invoke(&self, call: Call) -> ReplyFuture {
        (**self).invoke(call)
    }
}

impl<T: Dispatch + ?Sized> Dispatch for Arc<T> {
    fn schema(&self) -> &'static ServiceSchema {
        (**self).schema()
    }
}
