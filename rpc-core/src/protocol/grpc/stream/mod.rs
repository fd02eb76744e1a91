//! Streams of messages: many in one body, on the way out and on the way in.

mod messages;
mod receive;
mod send;
#[cfg(feature = "client")]
mod upload;

pub(super) use messages::Messages;
pub(super) use receive::{Ending, Receiving};
#[cfg(feature = "server")]
pub(super) use send::Sending;
#[cfg(feature = "client")]
pub(super) use upload::{Uploading, WhileUploading};
