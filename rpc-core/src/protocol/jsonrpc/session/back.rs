//! Calls of the peer's services, on the connection by which it calls ours.

use std::sync::Arc;

use super::super::requests::Requests;
use super::line::WeakLine;
use crate::dispatch::{Call, Invoke, ReplyFuture};
use crate::protocol::Caller;

struct Back {
    requests: Arc<Requests>,
    line: Arc<WeakLine>,
}

/// The way to call whoever is at the other end of a line.
pub(super) fn caller(requests: Arc<Requests>, line: WeakLine) -> Caller {
    Caller { framing: requests.clone(), target: Arc::new(Back { requests, line: Arc::new(line) }) }
}

impl Invoke for Back {
    fn invoke(&self, call: Call) -> ReplyFuture {
        let (request, line) = (self.requests.message(&call), self.line.clone());
        Box::pin(async move {
            let (message, id) = request?;
            line.upgrade()?.call(call, message, id).await
        })
    }
}
