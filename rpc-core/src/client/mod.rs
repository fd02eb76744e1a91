//! Clients: a channel that many share, and how a generated client calls through it.

mod background;
mod builder;
mod call;
mod caller;
mod channel;
mod connect;
mod local;
mod supervised;

pub use builder::ChannelBuilder;
pub use channel::Channel;
