//! One Rust trait, served and called over gRPC, JSON-RPC 2.0 and XML-RPC at the same time.
#![doc = include_str!("../README.md")]

#[doc(hidden)]
pub use polyrpc_core::__private;
#[cfg(any(feature = "client", feature = "server"))]
pub use polyrpc_core::BoxHttp;
pub use polyrpc_core::codec::Codec;
#[cfg(feature = "server")]
pub use polyrpc_core::{
    BoundServer, HttpFuture, HttpService, Listen, ServeError, Server, serve, shutdown_signal,
};
pub use polyrpc_core::{
    Call, CallExt, CallKind, CallLayers, Closed, Code, Compression, Configured, Context, Detail, Dispatch,
    Erased, FromFn, FromFnService, InContext, InvalidMetadata, Invoke, Json, Metadata, MethodSchema, Next,
    Producer, Protocol, Reply, ReplyFuture, ReplyHandle, ReplyParts, Result, ResultExt, RouterError,
    ServiceSchema, Stack, Status, StreamSender, Streaming, TypedDetail, WithContext, WithReply, from_fn,
};
#[cfg(feature = "client")]
pub use polyrpc_core::{Channel, ChannelBuilder};
pub use polyrpc_core::{assert_compatible, schema};
#[cfg(feature = "macros")]
pub use polyrpc_macros::{Message, RpcError, service};
#[cfg(feature = "tls")]
pub use polyrpc_transports::Tls;
pub use polyrpc_transports::{
    Body, BodyError, Callers, Collected, Endpoint, EndpointError, Peer, Properties, TlsIdentity,
    UnixCredentials,
};
#[cfg(feature = "client")]
pub use polyrpc_transports::{ClientConfig, ClientError};
#[cfg(feature = "server")]
pub use polyrpc_transports::{Listener, ServerConfig};
