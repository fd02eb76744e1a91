//! Takes in what comes to a listener's address, and gives it to the links of those who sent it.

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::request;
use tokio::sync::watch;
use tokio::task::coop::unconstrained;
use tokio::task::{Id, JoinSet};
use tokio::time::{Sleep, sleep};

use super::client;
use crate::message::layer::{self, Calls, Code, Key, Kind, Part, Reset};
use crate::message::link::Link;
use crate::message::transport::{Inbox, Outbox, Transport};
use crate::server::{Handler, Stop};
use crate::{Peer, ServerConfig};

/// How often it is looked whether the address is still ours.
const LOOK: Duration = Duration::from_millis(500);

/// Bytes of a request that may come before its reader takes the first. `docs/wire.md` says so.
const WINDOW: u64 = layer::REQUEST_WINDOW;

/// Why a reception has ended.
pub(super) enum Why {
    Stopped,
    /// The address is not ours any more.
    Lost,
}

/// The calls that come to one address.
pub(super) struct Reception<T: Transport, M> {
    transport: Arc<T>,
    inbox: T::Inbox,
    make: Arc<M>,
    config: Arc<ServerConfig>,
    clients: HashMap<u64, Arc<Link<request::Parts, T::Outbox>>>,
    /// Who receives where: an address has one client, so that nobody who has one can be any number of them.
    addresses: HashMap<Bytes, u64>,
    tasks: JoinSet<()>,
    /// Whose task is whose.
    numbers: HashMap<Id, (u64, Bytes)>,
    stopping: watch::Sender<bool>,
    watch: Pin<Box<Sleep>>,
}

impl<T, M, S> Reception<T, M>
where
    T: Transport,
    M: Fn(&Arc<Peer>) -> S + Send + Sync + 'static,
    S: Handler,
{
    pub(super) fn new(transport: Arc<T>, inbox: T::Inbox, make: Arc<M>, config: Arc<ServerConfig>) -> Self {
        Self {
            transport,
            inbox,
            make,
            config,
            clients: HashMap::new(),
            addresses: HashMap::new(),
            tasks: JoinSet::new(),
            numbers: HashMap::new(),
            stopping: watch::Sender::new(false),
            watch: Box::pin(sleep(LOOK)),
        }
    }

    /// Serves until the listener stops, or the address is lost.
    pub(super) async fn run(&mut self, mut stop: Pin<&mut impl Future<Output = ()>>) -> Why {
        poll_fn(|cx| {
            if stop.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Why::Stopped);
            }
            self.poll(cx).map(|()| Why::Lost)
        })
        .await
    }

    /// Begins no more calls, and ends with the last that runs.
    pub(super) async fn drain(&mut self) {
        self.inbox.close();
        self.stopping.send_replace(true);
        poll_fn(|cx| {
            let _ = self.poll(cx);
            if self.tasks.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        // Who has sent a call meanwhile is to be told; nobody new can send one.
        let _ = unconstrained(poll_fn(|cx| Poll::Ready(self.poll(cx)))).await;
    }

    /// Ends the calls that still run.
    pub(super) async fn shutdown(&mut self) {
        self.tasks.shutdown().await;
    }

    /// Takes what has come. Ready when the address is lost.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while let Poll::Ready(Some(ended)) = self.tasks.poll_join_next_with_id(cx) {
            let id = ended.map_or_else(|error| error.id(), |(id, ())| id);
            if let Some((client, address)) = self.numbers.remove(&id)
                && !self.is_known(client)
            {
                self.clients.remove(&client);
                if self.addresses.get(&address) == Some(&client) {
                    self.addresses.remove(&address);
                }
            }
        }
        while let Poll::Ready(received) = self.inbox.poll_receive(cx) {
            match received {
                Ok((message, priority)) => self.take(message, priority),
                Err(error) => {
                    // It is tried again at the next look.
                    tracing::error!(%error, "nothing can be received");
                    break;
                }
            }
        }
        let mut lost = false;
        while self.watch.as_mut().poll(cx).is_ready() {
            self.watch.set(sleep(LOOK));
            lost = self.inbox.is_lost();
        }
        if lost { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Whether there is such a client, and its link has not ended.
    fn is_known(&self, client: u64) -> bool {
        self.clients.get(&client).is_some_and(|link| !link.is_over())
    }

    fn take(&mut self, message: Bytes, priority: u32) {
        let Some(client) = Part::client(&message) else { return };
        let message = match self.clients.get(&client) {
            Some(link) => match link.receive(message, priority) {
                Ok(()) => return,
                Err(message) => message,
            },
            None => message,
        };
        // What comes of a client that is not known is of calls that have ended, unless it begins one.
        if let Ok(Some(Part { key, kind: Kind::Open { reply_to, .. } })) = Part::read(&mut message.clone()) {
            self.welcome(key, reply_to, message, priority);
        }
    }

    /// A client's first message.
    fn welcome(&mut self, key: Key, reply_to: Bytes, message: Bytes, priority: u32) {
        let mut outbox = match self.transport.answer(&reply_to) {
            Ok(outbox) => outbox,
            Err(error) => {
                let address = String::from_utf8_lossy(&reply_to);
                return tracing::debug!(%error, %address, "a call has no way for its answer");
            }
        };
        if let Some(why) = self.objection(&reply_to) {
            let mut refusal = Vec::new();
            Part { key, kind: Kind::Reset(Reset::new(Code::Refused, why)) }.write(&mut refusal);
            // One that cannot be told finds out by its deadline.
            let _ = outbox.try_send(&refusal, priority);
            return;
        }
        let most_calls = self.config.concurrent_streams as usize;
        let config = layer::Config { window: WINDOW, most_calls, silence: T::SILENCE };
        let peer = Peer::new(T::NAME).with_reply_address(&String::from_utf8_lossy(&reply_to));
        let calls = Calls::at_server(config, key.client, reply_to.clone());
        let link = Arc::new(Link::new(calls, outbox, self.config.header_list as usize));
        let service = (self.make)(&Arc::new(peer));
        let stop = Stop::new(self.stopping.subscribe());
        let task = client::serve(link.clone(), service, self.config.clone(), stop);
        let id = self.tasks.spawn(task).id();
        self.numbers.insert(id, (key.client, reply_to.clone()));
        self.addresses.insert(reply_to, key.client);
        // It is new, and takes what comes.
        let _ = link.receive(message, priority);
        self.clients.insert(key.client, link);
    }

    /// Why nobody new is taken at this address.
    fn objection(&self, address: &Bytes) -> Option<&'static str> {
        if *self.stopping.borrow() {
            Some("the server stops")
        } else if self.addresses.get(address).is_some_and(|client| self.is_known(*client)) {
            Some("another client has this address")
        } else if self.clients.len() >= self.config.connections {
            Some("the server has as many clients as it may")
        } else {
            None
        }
    }
}
