//! One Rust trait, served and called over gRPC, JSON-RPC 2.0 and XML-RPC at the same time.
#![doc = include_str!("../README.md")]

#[doc(hidden)]
pub use polyrpc_core::__private;
#[cfg(any(feature = "client", feature = "server"))]
pub use polyrpc_core::BoxHttp;
pub use polyrpc_core::codec::{Codec, Decode, Encode, Error as CodecError};
pub use polyrpc_core::schema;
#[cfg(feature = "server")]
pub use polyrpc_core::{
    BoundServer, HttpFuture, HttpService, Listen, ServeError, Server, serve, shutdown_signal,
};
pub use polyrpc_core::{
    Call, CallExt, CallLayers, Code, Configured, Context, Detail, Dispatch, Erased, FromFn, FromFnService,
    InContext, InvalidMetadata, Invoke, Metadata, Next, Protocol, Reply, ReplyFuture, ReplyHandle,
    ReplyParts, Result, ResultExt, RouterError, Stack, Status, TypedDetail, WithContext, WithReply, from_fn,
};
#[cfg(feature = "client")]
pub use polyrpc_core::{Channel, ChannelBuilder};
#[cfg(feature = "macros")]
pub use polyrpc_macros::{Message, RpcError, service};
