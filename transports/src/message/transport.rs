//! What a transport of messages provides. The rest is the same for all.

use std::future::Future;
use std::io;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;

use crate::Priority;

/// A transport, at one endpoint.
pub(crate) trait Transport: Send + Sync + 'static {
    type Inbox: Inbox;
    type Outbox: Outbox;

    /// As peers are told of it.
    const NAME: &'static str;

    /// After how long a silence it is asked whether the other end knows a call; never where nothing is lost.
    const SILENCE: Option<Duration>;

    /// Takes the endpoint's address.
    fn listen(&self) -> impl Future<Output = io::Result<Self::Inbox>> + Send;

    /// Looks whether somebody listens at the endpoint.
    fn look(&self) -> io::Result<()>;

    /// Opens the way to who listens at the endpoint, and one back.
    fn connect(&self) -> impl Future<Output = io::Result<(Self::Inbox, Self::Outbox)>> + Send;

    /// Opens the way to a client, by the address that it gave.
    fn answer(&self, address: &[u8]) -> io::Result<Self::Outbox>;

    /// The priority of a call's messages, which may ask for one.
    fn priority(&self, asked: Option<Priority>) -> u32;
}

/// Where messages come in.
pub(crate) trait Inbox: Send + 'static {
    /// What others send to, in at most 255 bytes.
    fn address(&self) -> Bytes;

    /// The next message, and its priority.
    fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<(Bytes, u32)>>;

    /// Whether its address has come to mean another, or nobody.
    fn is_lost(&self) -> bool;

    /// Gives its address away, so that nobody new can send to it.
    fn close(&self);
}

/// Where messages go out to one receiver.
pub(crate) trait Outbox: Send + 'static {
    /// The bytes of the largest message; never less than [`LEAST_MESSAGE`](super::layer::LEAST_MESSAGE).
    fn largest(&self) -> usize;

    /// Sends a message; fails with [`io::ErrorKind::WouldBlock`] where there is no room.
    fn try_send(&mut self, message: &[u8], priority: u32) -> io::Result<()>;

    /// Sends a message once there is room.
    fn poll_send(&mut self, cx: &mut Context<'_>, message: &[u8], priority: u32) -> Poll<io::Result<()>>;

    /// Whether its address has come to mean another receiver, or nobody, while who receives here may go on.
    fn is_lost(&self) -> bool;

    /// Whether nobody receives here any more.
    fn is_abandoned(&self) -> bool;

    /// Removes what a receiver left that is no more.
    fn remove(&self);
}
