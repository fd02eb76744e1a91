//! Server reflection
//! ([reflection.proto](https://github.com/grpc/grpc/blob/master/src/proto/grpc/reflection/v1/reflection.proto)), `v1`
//! and `v1alpha`: the same messages under two names.
//!
//! It answers what grpc-go answers: all services, reflection itself among them; a file with all that it imports and
//! that was not sent on the stream before; symbols of every kind; no extensions, which proto3 does not have.

mod answers;
mod index;
mod request;
mod response;
mod service;

use std::fmt;
use std::future::ready;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use polyrpc_transports::Body;
use tokio::time::Instant;

use super::frame::Deframer;
use crate::dispatch::{Call, Invoke, ReplyFuture, Route};
use crate::schema::proto::File;
use answers::Answers;
use index::Index;

/// What a server tells of its services.
#[derive(Clone)]
pub(crate) struct Reflection {
    index: Arc<Index>,
    /// The one method of each version.
    routes: [Route; 2],
}

impl Reflection {
    /// Tells of the services in these files, to those whom what `wrap` puts around each call lets through.
    pub(crate) fn new(files: &[File], wrap: &dyn Fn(Arc<dyn Invoke>) -> Arc<dyn Invoke>) -> Reflection {
        let admit = wrap(Arc::new(Admit));
        let routes = service::METHODS.each_ref().map(|method| Route::new(admit.clone(), method));
        Reflection { index: Arc::new(Index::new(files)), routes }
    }

    /// The call that a stream to this path begins with: it passes the upper waist as every other does.
    pub(super) fn route(&self, path: &str) -> Option<&Route> {
        self.routes.iter().find(|route| route.method().path == path)
    }

    /// The stream of answers to the requests in `body`, which ends with `trailers`.
    pub(super) fn answer(
        &self,
        body: Body,
        deframer: Deframer,
        deadline: Option<Instant>,
        trailers: HeaderMap,
    ) -> Body {
        Body::stream(Answers::new(self.index.clone(), body, deframer, deadline, trailers))
    }
}

impl fmt::Debug for Reflection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.index.fmt(f)
    }
}

/// Below the layers there is nothing left to ask: the stream may begin.
struct Admit;

impl Invoke for Admit {
    fn invoke(&self, call: Call) -> ReplyFuture {
        Box::pin(ready(call.answer(|_, _| Ok(()))))
    }
}

/// A file's descriptor.
type Descriptor = Bytes;
