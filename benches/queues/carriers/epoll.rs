//! Bare queues in tokio's epoll: both ends receive all that is there before they wait.

use std::collections::VecDeque;
use std::io;
use std::time::Instant;

use nix::mqueue::MQ_OFlag;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::message::{Message, failed};
use super::queue::{Buffer, Queue, REPLIES, REQUESTS};
use crate::case::Protocol;
use crate::load::nanos;
use crate::names::Names;

/// What answers, until the process ends.
pub(super) fn serve(
    names: &Names,
    protocol: Protocol,
) -> io::Result<impl Future<Output = ()> + Send + use<>> {
    let requests = register(Queue::create(&names.requests(), REQUESTS, READ)?, Interest::READABLE)?;
    let replies = register(Queue::create(&names.replies(), REPLIES, WRITE)?, Interest::WRITABLE)?;
    Ok(async move {
        if let Err(error) = answer(&requests, &replies, protocol).await {
            failed(replies.get_ref(), &error);
        }
    })
}

/// Puts a queue into tokio's epoll.
#[expect(unsafe_code, reason = "the descriptor must stay open, of which tokio cannot be sure")]
fn register(queue: Queue, interest: Interest) -> io::Result<AsyncFd<Queue>> {
    // SAFETY: a `Queue` has one descriptor, and is closed when it is dropped and not before.
    Ok(unsafe { AsyncFd::register_with_interest(queue, interest) }?)
}

const READ: MQ_OFlag = MQ_OFlag::O_RDONLY.union(MQ_OFlag::O_NONBLOCK);
const WRITE: MQ_OFlag = MQ_OFlag::O_WRONLY.union(MQ_OFlag::O_NONBLOCK);

async fn answer(requests: &AsyncFd<Queue>, replies: &AsyncFd<Queue>, protocol: Protocol) -> io::Result<()> {
    let (request, reply) = protocol.sizes();
    let (request, mut reply) = (Message::new(request), Message::new(reply));
    let mut buffer: Buffer = [0; _];
    loop {
        let receive = |queue: &Queue| request.number_in(queue.receive(&mut buffer)?);
        let number = requests.async_io(Interest::READABLE, receive).await?;
        let message = reply.numbered(number);
        replies.async_io(Interest::WRITABLE, |queue| queue.send(message)).await?;
    }
}

/// The calling end.
pub(crate) struct Client {
    requests: Queue,
    replies: AsyncFd<Queue>,
    request: Message,
    reply: Message,
    calls: u64,
}

pub(super) fn connect(names: &Names, protocol: Protocol) -> io::Result<Client> {
    let (request, reply) = protocol.sizes();
    let replies = Queue::open(&names.replies(), READ)?;
    Ok(Client {
        requests: Queue::open(&names.requests(), WRITE)?,
        replies: register(replies, Interest::READABLE)?,
        request: Message::new(request),
        reply: Message::new(reply),
        calls: 0,
    })
}

impl Client {
    /// Makes so many calls at once until the time is over. Those that a full queue has no room for wait until one is
    /// answered, for then it has.
    pub(super) async fn calls(&mut self, in_flight: usize, until: Instant) -> io::Result<Vec<u32>> {
        let mut latencies = Vec::with_capacity(1024);
        let mut begun = VecDeque::with_capacity(in_flight);
        let mut buffer: Buffer = [0; _];
        loop {
            self.send(in_flight, until, &mut begun)?;
            if begun.is_empty() {
                return Ok(latencies);
            }
            let mut ready = self.replies.readable().await?;
            while let Ok(received) = ready.try_io(|queue| queue.get_ref().receive(&mut buffer)) {
                // They are answered in order.
                let Some((number, start)) = begun.pop_front() else {
                    return Err(io::Error::other("an answer came that nobody asked for"));
                };
                self.reply.check(received?, number)?;
                latencies.push(nanos(start));
            }
        }
    }

    fn send(
        &mut self,
        in_flight: usize,
        until: Instant,
        begun: &mut VecDeque<(u64, Instant)>,
    ) -> io::Result<()> {
        while begun.len() < in_flight {
            let now = Instant::now();
            if now >= until {
                break;
            }
            match self.requests.send(self.request.numbered(self.calls + 1)) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                sent => sent?,
            }
            self.calls += 1;
            begun.push_back((self.calls, now));
        }
        Ok(())
    }
}
