//! The bare primitive: one thread at each end, which blocks in `mq_receive`.

use std::io;
use std::thread;
use std::time::Instant;

use nix::mqueue::MQ_OFlag;

use super::message::{Message, failed};
use super::queue::{Buffer, Queue, REPLIES, REQUESTS};
use crate::case::Protocol;
use crate::load::nanos;
use crate::names::Names;

/// Answers on a thread of its own, for as long as the process lives.
pub(super) fn serve(names: &Names, protocol: Protocol) -> io::Result<()> {
    let requests = Queue::create(&names.requests(), REQUESTS, MQ_OFlag::O_RDONLY)?;
    let replies = Queue::create(&names.replies(), REPLIES, MQ_OFlag::O_WRONLY)?;
    thread::spawn(move || {
        if let Err(error) = answer(&requests, &replies, protocol) {
            failed(&replies, &error);
        }
    });
    Ok(())
}

fn answer(requests: &Queue, replies: &Queue, protocol: Protocol) -> io::Result<()> {
    let (request, reply) = protocol.sizes();
    let (request, mut reply) = (Message::new(request), Message::new(reply));
    let mut buffer: Buffer = [0; _];
    loop {
        let number = request.number_in(requests.receive(&mut buffer)?)?;
        replies.send(reply.numbered(number))?;
    }
}

/// The calling end.
pub(crate) struct Client {
    requests: Queue,
    replies: Queue,
    request: Message,
    reply: Message,
    calls: u64,
}

pub(super) fn connect(names: &Names, protocol: Protocol) -> io::Result<Client> {
    let (request, reply) = protocol.sizes();
    Ok(Client {
        requests: Queue::open(&names.requests(), MQ_OFlag::O_WRONLY)?,
        replies: Queue::open(&names.replies(), MQ_OFlag::O_RDONLY)?,
        request: Message::new(request),
        reply: Message::new(reply),
        calls: 0,
    })
}

impl Client {
    /// Makes one call after the other until the time is over.
    pub(super) fn calls(&mut self, until: Instant) -> io::Result<Vec<u32>> {
        let mut latencies = Vec::with_capacity(1024);
        let mut buffer: Buffer = [0; _];
        loop {
            let start = Instant::now();
            if start >= until {
                return Ok(latencies);
            }
            self.calls += 1;
            self.requests.send(self.request.numbered(self.calls))?;
            self.reply.check(self.replies.receive(&mut buffer)?, self.calls)?;
            latencies.push(nanos(start));
        }
    }
}
