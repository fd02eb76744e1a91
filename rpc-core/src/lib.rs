//! The core of polyrpc: everything that knows RPC.
//!
//! The modules form a stack, and each uses only what stands below it:
//!
//! ```text
//! server  client        assemble: services + protocols + listeners; endpoint -> client
//! protocol              HTTP semantics <-> calls: gRPC, JSON-RPC, XML-RPC
//! dispatch              the erased call: the upper waist
//! context  status       the vocabulary
//! codec                 bytes <-> typed values
//! metadata  schema
//! ```

// Protocols and the two ends share helpers, so that a build with fewer features leaves some of them unused. The build
// with all of them is linted in full.
#![cfg_attr(
    not(all(
        feature = "client",
        feature = "server",
        feature = "grpc",
        feature = "jsonrpc",
        feature = "xmlrpc"
    )),
    allow(dead_code, unused_imports, unused_variables)
)]

#[cfg(fuzzing)]
#[doc(hidden)]
#[path = "fuzzing.rs"]
pub mod __fuzzing;
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
#[cfg(feature = "client")]
mod client;
pub mod codec;
mod compression;
mod context;
mod dispatch;
#[cfg(any(feature = "client", feature = "server"))]
mod http_layer;
mod metadata;
mod protocol;
pub mod schema;
#[cfg(feature = "server")]
mod server;
mod status;
mod streaming;
#[cfg(feature = "tonic")]
mod tonic;

#[cfg(feature = "client")]
pub use client::{Channel, ChannelBuilder};
pub use codec::Json;
pub use compression::Compression;
pub use context::{CallExt, Configured, Context, InContext, ReplyHandle, WithContext, WithReply};
pub use dispatch::{
    Call, CallLayers, Dispatch, Erased, FromFn, FromFnService, Invoke, Next, Reply, ReplyFuture, RouterError,
    Stack, from_fn,
};
#[cfg(any(feature = "client", feature = "server"))]
pub use http_layer::BoxHttp;
pub use metadata::{InvalidMetadata, Metadata, ReplyParts};
pub use schema::{CallKind, MethodSchema, Protocol, ServiceSchema};
#[cfg(feature = "server")]
pub use server::{BoundServer, HttpFuture, HttpService, Listen, ServeError, Server, serve, shutdown_signal};
pub use status::{Code, Detail, Result, ResultExt, Status, TypedDetail};
pub use streaming::{Closed, Producer, StreamSender, Streaming};
