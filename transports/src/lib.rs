//! Everything that carries HTTP semantics: TCP, TLS, Unix sockets, pipes, message queues, and calls within the process.
//!
//! The lower waist: a transport hands `http::Request<Body>` to a [`tower_service::Service`] and carries the
//! `http::Response<Body>` back, whatever bytes travel in between. It knows no RPC protocol.
//!
//! Features: `tcp`, `tls`, `unix`, `pipe` (`stdio:` and `exec:`), `posix-mq`, `mem` are transports; `client` and `server` are the two
//! ends. Without a transport the crate holds only [`Body`], [`Peer`] and [`Endpoint`].

// The two ends share the engine, and transports the ends, so that a build with fewer features leaves some of them unused.
// The build with all of them is linted in full.
#![cfg_attr(
    not(all(
        feature = "client",
        feature = "server",
        feature = "tcp",
        feature = "tls",
        feature = "unix",
        feature = "pipe",
        feature = "posix-mq",
        feature = "mem"
    )),
    allow(dead_code, unreachable_code, unreachable_patterns, unused_imports, unused_mut, unused_variables)
)]

#[cfg(feature = "_message")]
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod body;
#[cfg(feature = "client")]
mod client;
mod endpoint;
#[cfg(any(feature = "_message", feature = "mem"))]
mod message;
mod peer;
mod priority;
#[cfg(feature = "server")]
mod server;
#[cfg(all(any(feature = "_stream", feature = "_message"), any(feature = "client", feature = "server")))]
mod stall;
#[cfg(all(feature = "_stream", any(feature = "client", feature = "server")))]
mod stream;
mod upgrade;
#[cfg(any(all(unix, feature = "unix"), all(target_os = "linux", feature = "posix-mq")))]
mod users;

pub use self::body::{Announced, Body, BodyError, BoxStream, Collected};
#[cfg(feature = "client")]
pub use self::client::{ClientConfig, ClientError, HttpClient, ResponseFuture};
#[cfg(feature = "tls")]
pub use self::endpoint::Tls;
pub use self::endpoint::{Callers, Endpoint, EndpointError, Properties};
pub use self::peer::{Peer, TlsIdentity, UnixCredentials};
pub use self::priority::Priority;
#[cfg(feature = "server")]
pub use self::server::{Listener, ServerConfig};
pub use self::upgrade::{RawStream, Upgrade};
