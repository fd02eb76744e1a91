//! Queues as a transport of the family.

use std::io;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;

use super::{Attributes, Name, Queue, Settings, Trust, Writer};
use crate::message::layer::LEAST_MESSAGE;
use crate::message::transport::{Inbox, Outbox, Transport};
use crate::{Endpoint, Priority};

/// The queues of one endpoint.
#[derive(Debug)]
pub(crate) struct PosixMq {
    /// The server's queue.
    name: Name,
    requests: Settings,
    replies: Settings,
    servers: Trust,
    clients: Trust,
}

impl PosixMq {
    /// # Errors
    /// Options that are none.
    pub(crate) fn new(endpoint: &Endpoint) -> io::Result<Self> {
        Ok(Self {
            name: Name::new(endpoint.queue().unwrap_or_default())?,
            requests: Settings::new(endpoint, Attributes::REQUESTS)?,
            replies: Settings::new(endpoint, Attributes::REPLIES)?,
            servers: Trust::in_servers(endpoint)?,
            clients: Trust::in_clients(endpoint)?,
        })
    }
}

impl PosixMq {
    /// The way to the server, if it is there.
    fn server(&self) -> io::Result<Writer> {
        let server = open(self.name.clone(), &self.servers)?;
        if server.is_abandoned()? {
            return Err(io::Error::new(io::ErrorKind::ConnectionRefused, "whoever listened there is gone"));
        }
        Ok(server)
    }
}

impl Transport for PosixMq {
    type Inbox = Received;
    type Outbox = Writer;

    const NAME: &'static str = "posix-mq";
    const SILENCE: Option<Duration> = None;

    async fn listen(&self) -> io::Result<Received> {
        let Settings { attributes, mode, .. } = self.requests;
        Queue::listen(self.name.clone(), attributes, mode).await.map(Received::new)
    }

    fn look(&self) -> io::Result<()> {
        self.server().map(drop)
    }

    async fn connect(&self) -> io::Result<(Received, Writer)> {
        let outbox = self.server()?;
        let Settings { attributes, mode, .. } = self.replies;
        let inbox = Queue::for_replies(&self.name, attributes, mode).await?;
        Ok((Received::new(inbox), outbox))
    }

    fn answer(&self, address: &[u8]) -> io::Result<Writer> {
        let wrong =
            || io::Error::new(io::ErrorKind::InvalidInput, "it is no name for replies of this server");
        let name = str::from_utf8(address).map_err(|_| wrong())?;
        let name =
            Name::new(name).ok().filter(|name| name.is_for_replies_of(&self.name)).ok_or_else(wrong)?;
        open(name, &self.clients)
    }

    fn priority(&self, asked: Option<Priority>) -> u32 {
        asked.map_or(self.requests.priority, |asked| asked.get().min(Attributes::PRIORITIES - 1))
    }
}

fn open(name: Name, trust: &Trust) -> io::Result<Writer> {
    let writer = Writer::open(name, trust)?;
    let size = writer.attributes().size;
    if (size as usize) < LEAST_MESSAGE {
        let text = format!("its messages have {size} bytes at most, and at least {LEAST_MESSAGE} are needed");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    Ok(writer)
}

/// A queue of our own, with room for one message.
#[derive(Debug)]
pub(crate) struct Received {
    queue: Queue,
    buffer: Box<[u8]>,
}

impl Received {
    fn new(queue: Queue) -> Self {
        let buffer = vec![0; queue.attributes().size as usize].into();
        Self { queue, buffer }
    }
}

impl Inbox for Received {
    fn address(&self) -> Bytes {
        Bytes::copy_from_slice(self.queue.name().as_str().as_bytes())
    }

    fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<(Bytes, u32)>> {
        let (len, priority) = ready!(self.queue.poll_receive(cx, &mut self.buffer))?;
        // A copy of just this size: what is kept of a message keeps no more than that.
        Poll::Ready(Ok((Bytes::copy_from_slice(&self.buffer[..len]), priority)))
    }

    fn is_lost(&self) -> bool {
        self.queue.is_deleted().unwrap_or(true)
    }

    fn close(&self) {
        self.queue.unlink();
    }
}

impl Outbox for Writer {
    fn largest(&self) -> usize {
        self.attributes().size as usize
    }

    fn try_send(&mut self, message: &[u8], priority: u32) -> io::Result<()> {
        Self::try_send(self, message, priority)
    }

    fn poll_send(&mut self, cx: &mut Context<'_>, message: &[u8], priority: u32) -> Poll<io::Result<()>> {
        Self::poll_send(self, cx, message, priority)
    }

    fn is_lost(&self) -> bool {
        self.is_deleted().unwrap_or(true)
    }

    fn is_abandoned(&self) -> bool {
        Self::is_abandoned(self).unwrap_or(true)
    }

    fn remove(&self) {
        // Another user's queue is theirs to remove.
        let _ = self.remove_if_abandoned();
    }
}
