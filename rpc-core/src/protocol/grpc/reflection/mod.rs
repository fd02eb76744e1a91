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

use std::sync::Arc;

use bytes::Bytes;
use polyrpc_transports::Body;
use tokio::time::Instant;

use super::frame::Deframer;
use crate::schema::proto::File;
use answers::Answers;
use index::Index;

/// The versions that are served, by the path of their one method.
const PATHS: [&str; 2] = [
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
];

/// What a server tells of its services.
#[derive(Clone, Debug)]
pub(crate) struct Reflection(Arc<Index>);

impl Reflection {
    /// Tells of the services in these files.
    pub(crate) fn new(files: &[File]) -> Reflection {
        Reflection(Arc::new(Index::new(files)))
    }

    /// Whether the path is that of reflection.
    pub(super) fn serves(path: &str) -> bool {
        PATHS.contains(&path)
    }

    /// The stream of answers to the requests in `body`.
    pub(super) fn answer(&self, body: Body, deframer: Deframer, deadline: Option<Instant>) -> Body {
        Body::stream(Answers::new(self.0.clone(), body, deframer, deadline))
    }
}

/// A file's descriptor.
type Descriptor = Bytes;
