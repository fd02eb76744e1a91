//! A channel: where calls go.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use polyrpc_transports::{Endpoint, EndpointError};
use tokio::sync::Semaphore;

use super::background::Background;
use super::builder::ChannelBuilder;
use super::local::{Local, LocalFraming};
use crate::dispatch::{Dispatch, Invoke};
use crate::metadata::Metadata;
use crate::protocol::Framing;
use crate::status::Status;

/// Where the calls of generated clients go: a server somewhere, or a service in this process.
///
/// A channel is cheap to clone, and clones share its connections: many clients use one.
#[derive(Clone)]
pub struct Channel(pub(super) Arc<Inner>);

/// What the clones of a channel share.
pub(super) struct Inner {
    pub(super) framing: Box<dyn Framing>,
    pub(super) target: Arc<dyn Invoke>,
    pub(super) defaults: Defaults,
    pub(super) concurrency: Option<Arc<Semaphore>>,
    pub(super) background: Background,
    pub(super) name: String,
}

/// What a call gets that does not say otherwise.
#[derive(Clone, Debug)]
pub(super) struct Defaults {
    pub(super) deadline: Option<Duration>,
    pub(super) metadata: Metadata,
}

impl Default for Defaults {
    fn default() -> Defaults {
        Defaults { deadline: Some(Duration::from_secs(30)), metadata: Metadata::new() }
    }
}

impl Channel {
    /// Connects to an endpoint: `[protocol+]transport:address`, by default over gRPC. It proves one connection,
    /// so that a wrong address fails here with `UNAVAILABLE`.
    /// A URL, or an [`Endpoint`] with keys and secrets of its own.
    pub async fn connect(
        endpoint: impl TryInto<Endpoint, Error: Into<EndpointError>>,
    ) -> Result<Channel, Status> {
        Channel::builder(endpoint).connect().await
    }

    /// A channel with options of its own, connected at once or at the first call.
    pub fn builder(endpoint: impl TryInto<Endpoint, Error: Into<EndpointError>>) -> ChannelBuilder {
        ChannelBuilder::endpoint(endpoint.try_into().map_err(Into::into))
    }

    /// A channel to a service in this process: calls go through the upper waist alone, as bytes, so that what
    /// cannot travel fails here too.
    pub fn local(service: impl Dispatch) -> Channel {
        let (target, framing) = (Arc::new(Local::new(service)), Box::new(LocalFraming));
        Channel::assemble("local".to_owned(), target, framing, Defaults::default(), None)
    }

    /// A channel to a service in this process, with options of its own: the same layers as on any other.
    pub fn local_builder(service: impl Dispatch) -> ChannelBuilder {
        ChannelBuilder::local(Arc::new(Local::new(service)), Box::new(LocalFraming))
    }

    pub(super) fn assemble(
        name: String,
        target: Arc<dyn Invoke>,
        framing: Box<dyn Framing>,
        defaults: Defaults,
        concurrency: Option<usize>,
    ) -> Channel {
        let (concurrency, background) =
            (concurrency.map(|most| Arc::new(Semaphore::new(most))), Background::default());
        Channel(Arc::new(Inner { framing, target, defaults, concurrency, background, name }))
    }

    /// Waits until the one-way calls that are still open have been answered.
    ///
    /// # Errors
    ///
    /// The first failure among them since the last call of this function.
    pub async fn drain(&self) -> Result<(), Status> {
        self.0.background.drain().await
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Channel").field(&self.0.name).finish()
    }
}
