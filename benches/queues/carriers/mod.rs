//! What carries the calls: ours over three transports, and queues without anything on them.

mod blocking;
mod epoll;
mod message;
mod ours;
mod queue;

use std::io;
use std::time::Instant;

use crate::case::Protocol;
use crate::names::Names;

/// What carries calls.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// polyrpc over POSIX message queues.
    PosixMq,
    /// polyrpc over a Unix socket.
    Unix,
    /// polyrpc over TCP on the loopback.
    Tcp,
    /// The bare primitive: both ends block in `mq_send` and `mq_receive`.
    Blocking,
    /// Bare queues that do not block, both in tokio's epoll.
    Epoll,
}

impl Carrier {
    /// What is measured; the others stand beside it.
    pub(crate) const SUBJECT: Carrier = Carrier::PosixMq;
    pub(crate) const PEERS: [Carrier; 4] = [Carrier::Unix, Carrier::Tcp, Carrier::Blocking, Carrier::Epoll];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Carrier::PosixMq => "posix-mq",
            Carrier::Unix => "unix",
            Carrier::Tcp => "tcp",
            Carrier::Blocking => "blocking",
            Carrier::Epoll => "epoll",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Carrier> {
        [Carrier::SUBJECT].into_iter().chain(Carrier::PEERS).find(|carrier| carrier.name() == name)
    }

    /// The address of its server, and what serves there until the process ends.
    pub(crate) async fn bound(
        self,
        protocol: Protocol,
        names: Names,
    ) -> io::Result<(String, impl Future<Output = ()> + Send)> {
        let url = match self {
            Carrier::PosixMq => Some(format!("posix-mq:{}", names.queue())),
            Carrier::Unix => Some(format!("unix:{}", names.socket().display())),
            Carrier::Tcp => Some("tcp://127.0.0.1:0".to_owned()),
            Carrier::Blocking | Carrier::Epoll => None,
        };
        let (address, serving): (_, Box<dyn Future<Output = ()> + Send + Unpin>) = match (url, self) {
            (Some(url), _) => {
                let (address, serving) = ours::bound(&url).await?;
                (address, Box::new(Box::pin(serving)))
            }
            (None, Carrier::Blocking) => {
                blocking::serve(&names, protocol)?;
                (names.name().to_owned(), Box::new(std::future::pending()))
            }
            (None, _) => (names.name().to_owned(), Box::new(Box::pin(epoll::serve(&names, protocol)?))),
        };
        Ok((address, async move {
            serving.await;
            drop(names);
        }))
    }
}

/// The calling end.
pub(crate) enum Client {
    Ours(ours::Client),
    Blocking(blocking::Client),
    Epoll(epoll::Client),
}

impl Client {
    pub(crate) async fn connect(
        carrier: Carrier,
        protocol: Protocol,
        address: &str,
        names: &Names,
    ) -> io::Result<Client> {
        Ok(match carrier {
            Carrier::PosixMq | Carrier::Unix | Carrier::Tcp => {
                Client::Ours(ours::connect(protocol, address).await.map_err(io::Error::other)?)
            }
            Carrier::Blocking => Client::Blocking(blocking::connect(names, protocol)?),
            Carrier::Epoll => Client::Epoll(epoll::connect(names, protocol)?),
        })
    }

    /// Makes so many calls at once until the time is over; their latencies, in nanoseconds.
    pub(crate) async fn calls(&mut self, in_flight: usize, until: Instant) -> io::Result<Vec<u32>> {
        match self {
            Client::Ours(client) => ours::calls(client, in_flight, until).await,
            // It has one call in flight, and blocks the thread that nobody else needs.
            Client::Blocking(client) => client.calls(until),
            Client::Epoll(client) => client.calls(in_flight, until).await,
        }
    }
}
