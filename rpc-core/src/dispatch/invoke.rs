//! How every server runs a call: under a span, up to the deadline, with panics caught.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use tokio::time::Instant;
use tracing::Instrument;
use tracing::field::Empty;

use super::guard::Guarded;
use super::items::Items;
use super::{Call, Reply, Route};
use crate::schema::Protocol;
use crate::status::{Code, Status};

/// Runs a call. What it returns may go on the wire as it is.
pub(crate) async fn invoke(route: &Route, call: Call) -> Result<Reply, Status> {
    let span = span(&call);
    let deadline = call.context().deadline();
    let result = match span.is_disabled() {
        true => bounded(route, call).await.map_err(Status::leaving),
        false => async { bounded(route, call).await.map_err(Status::leaving) }.instrument(span.clone()).await,
    };
    match result {
        Ok(reply) if reply.is_stream() => {
            Ok(reply.map_stream(|items| Items::outgoing(Guarded::new(items, deadline, span))))
        }
        result => {
            finished(&span, result.as_ref().map(drop));
            result
        }
    }
}

/// Records how a call ended.
pub(super) fn finished(span: &tracing::Span, result: Result<(), &Status>) {
    if span.is_disabled() {
        return;
    }
    let code = result.map_or_else(Status::code, |()| Code::Ok);
    span.record("rpc.grpc.status_code", code.number());
    if code != Code::Ok {
        span.record("otel.status_code", "ERROR");
        span.record("error.type", code.name());
    }
}

/// Drops the handler when the caller's deadline passes.
async fn bounded(route: &Route, call: Call) -> Result<Reply, Status> {
    let Some(deadline) = call.context().deadline() else {
        return caught(route, call).await;
    };
    // A handler is not even begun for nobody.
    if deadline <= Instant::now() {
        return Err(Status::deadline_exceeded("the deadline passed before the handler began"));
    }
    match tokio::time::timeout_at(deadline, caught(route, call)).await {
        Ok(result) => result,
        Err(_) => Err(Status::deadline_exceeded("the deadline passed before the handler ended")),
    }
}

/// Turns a panic into a status, so that the connection and the other calls on it live on.
async fn caught(route: &Route, call: Call) -> Result<Reply, Status> {
    let running = AssertUnwindSafe(async { route.target().invoke(call).await });
    running.catch_unwind().await.unwrap_or_else(|panic| Err(panic_status(&*panic)))
}

/// The status of a panic: its text goes into the log, not on the wire.
pub(super) fn panic_status(panic: &(dyn Any + Send)) -> Status {
    let text = match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (None, Some(text)) => text.as_str(),
        (None, None) => "a panic without a text",
    };
    Status::hidden(format!("panicked: {text}"))
}

/// The call's span, with OpenTelemetry's attribute names for RPC.
fn span(call: &Call) -> tracing::Span {
    let method = call.method();
    tracing::info_span!(
        "rpc",
        otel.name = method.full_name(),
        otel.kind = "server",
        otel.status_code = Empty,
        rpc.system = call.context().protocol().map_or("local", Protocol::name),
        rpc.service = (method.service)().full_name,
        rpc.method = method.grpc_name(),
        rpc.grpc.status_code = Empty,
        error.r#type = Empty,
    )
}
