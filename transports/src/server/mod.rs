//! The serving end: listeners and their limits.

#[cfg(any(feature = "_stream", feature = "_message", feature = "mem"))]
mod call;
mod config;
mod listener;
#[cfg(any(feature = "_stream", feature = "_message", feature = "mem"))]
mod stop;
#[cfg(any(feature = "_stream", feature = "_message"))]
mod tasks;

#[cfg(any(feature = "_stream", feature = "_message", feature = "mem"))]
pub(crate) use self::call::{Call, Handler};
#[cfg(any(feature = "_stream", feature = "_message"))]
pub(crate) use self::call::{answer, head_only};
pub use self::config::ServerConfig;
pub use self::listener::Listener;
#[cfg(any(feature = "_stream", feature = "_message", feature = "mem"))]
pub(crate) use self::stop::Stop;
#[cfg(any(feature = "_stream", feature = "_message"))]
pub(crate) use self::tasks::{Tasks, poll_rounds};
