//! Servers: services, protocols and listeners, assembled.

mod bound;
mod builder;
mod error;
mod hosts;
mod http;
mod listen;
mod page;
mod serve;
mod signal;
mod with_peer;

pub use bound::BoundServer;
pub use builder::Server;
pub use error::ServeError;
pub use http::{HttpFuture, HttpService};
pub use listen::Listen;
pub use serve::serve;
pub use signal::shutdown_signal;
