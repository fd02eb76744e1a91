//! One Rust trait, served and called over gRPC, JSON-RPC 2.0 and XML-RPC at the same time.
#![doc = include_str!("../README.md")]

#[doc(hidden)]
pub use polyrpc_core::__private;
#[cfg(any(feature = "client", feature = "server"))]
pub use polyrpc_core::BoxHttp;
pub use polyrpc_core::codec::{Codec, Decode, Encode, Error as CodecError};
pub use polyrpc_core::schema;
pub use polyrpc_core::{
    Body, BodyError, Call, CallExt, CallLayers, Code, Configured, Context, Detail, Dispatch, Endpoint,
    EndpointError, Erased, FromFn, FromFnService, InContext, InvalidMetadata, Invoke, Json, Metadata, Next,
    Peer, Protocol, Reply, ReplyFuture, ReplyHandle, ReplyParts, Result, ResultExt, RouterError, Stack,
    Status, TypedDetail, UnixCredentials, WithContext, WithReply, from_fn,
};
#[cfg(feature = "server")]
pub use polyrpc_core::{
    BoundServer, HttpFuture, HttpService, Listen, Listener, ServeError, Server, ServerConfig, serve,
    shutdown_signal,
};
#[cfg(feature = "client")]
pub use polyrpc_core::{Channel, ChannelBuilder, ClientConfig, ClientError};
#[cfg(feature = "macros")]
pub use polyrpc_macros::{Message, RpcError, service};
