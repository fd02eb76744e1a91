//! Calls to a service in this process, through the upper waist alone.

use std::sync::Arc;

use crate::codec::Codec;
use crate::dispatch::{Call, Dispatch, Invoke, ReplyFuture, Route, invoke};
use crate::protocol::Framing;
use crate::schema::MethodSchema;
use crate::status::Status;

/// A service that is called as a server would call it.
pub(super) struct Local(Arc<dyn Invoke>);

impl Local {
    pub(super) fn new(service: impl Dispatch) -> Local {
        Local(Arc::new(service))
    }
}

impl Invoke for Local {
    fn invoke(&self, call: Call) -> ReplyFuture {
        let route = Route::new(self.0.clone(), call.method());
        Box::pin(async move { invoke(&route, call).await })
    }
}

/// The bare values, in proto.
pub(super) struct LocalFraming;

impl Framing for LocalFraming {
    fn codec(&self) -> Codec {
        Codec::Proto
    }

    fn open(&self, _: &'static MethodSchema, _: &mut Vec<u8>) {}

    fn close(&self, _: &'static MethodSchema, _: &mut Vec<u8>, _: usize) -> Result<(), Status> {
        Ok(())
    }
}
