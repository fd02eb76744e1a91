//! One-way calls: answered as soon as their arguments are decoded, and handled to the end.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use tokio::sync::oneshot;

use super::call::{Inbound, Outbound};
use super::invoke::panic_status;
use super::reply::Reply;
use crate::codec::Arguments;
use crate::status::Status;

/// Tells the caller of a one-way method whether its arguments were understood.
#[doc(hidden)]
#[derive(Debug)]
pub struct Accepted(oneshot::Sender<Result<(), Status>>);

impl Accepted {
    /// Decodes the arguments and tells the caller how that went; none where they do not decode.
    pub fn decode<'a, A: Arguments<'a>>(self, inbound: &'a Inbound) -> Option<A> {
        let (told, args) = match inbound.decode() {
            Ok(args) => (Ok(()), Some(args)),
            Err(status) => (Err(status), None),
        };
        // A caller that has gone away does not stop the handler.
        let _ = self.0.send(told);
        args
    }
}

/// Runs a one-way handler in a task of its own, which neither the caller nor a lost connection cancels, and
/// answers as soon as the arguments are decoded. What the handler returns is logged and counted if it failed.
#[doc(hidden)]
pub async fn one_way<F, H, E>(mut inbound: Inbound, outbound: Outbound, handler: H) -> Result<Reply, Status>
where
    H: FnOnce(Inbound, Accepted) -> F,
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: Into<Status>,
{
    inbound.detach();
    let method = outbound.method().full_name();
    let (accepted, told) = oneshot::channel();
    let running = handler(inbound, Accepted(accepted));
    tokio::spawn(async move {
        let outcome = AssertUnwindSafe(running).catch_unwind().await;
        let failed = match outcome {
            Ok(result) => result.err().map(Into::into),
            Err(panic) => Some(panic_status(&*panic)),
        };
        if let Some(status) = failed {
            // The field's name makes tracing-opentelemetry count it.
            tracing::error!(monotonic_counter.rpc_one_way_failures = 1, method, %status, "a one-way call failed");
        }
    });
    match told.await {
        Ok(Ok(())) => outbound.accept(),
        Ok(Err(status)) => Err(status),
        Err(_) => Err(Status::internal("the handler ended before it read its arguments")),
    }
}
