//! What a fuzz target holds a link to: whatever messages come, and whatever its users do meanwhile.

use std::io;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::{request, response};
use tokio::time::Instant;

use super::{Arrival, Link};
use crate::message::bhttp::Head;
use crate::message::layer::{Calls, Code, Config, LEAST_MESSAGE, REQUEST_WINDOW, Reset};
use crate::message::transport::Outbox;

/// The number of the client of whose calls all messages are to be.
pub const CLIENT: u64 = 77;

/// The address of that client.
pub const REPLY_TO: &[u8] = b"/reply";

/// Bytes of the largest head that is taken.
const HEAD: usize = 1000;

/// Something that happens at one end.
#[derive(Debug)]
pub enum Step {
    /// A message comes.
    Message(Bytes),
    /// A call is begun, with these bytes of its request.
    Open(Bytes, bool),
    /// Bytes of a call are sent.
    Send(u64, Bytes, bool),
    /// Whatever has come of a call is read.
    Read(u64),
    /// Nobody reads it any more.
    Leave(u64),
    /// It is given up.
    End(u64),
    /// There is room for so many messages.
    Room(usize),
    /// Heads that have not come are given up.
    Headless,
    /// No more calls are begun.
    Retire,
}

/// An outbox with so much room, which forgets what is sent.
struct Sink(usize);

impl Outbox for Sink {
    fn largest(&self) -> usize {
        LEAST_MESSAGE
    }

    fn try_send(&mut self, message: &[u8], _: u32) -> io::Result<()> {
        assert!(message.len() <= LEAST_MESSAGE);
        self.0 = self.0.checked_sub(1).ok_or(io::ErrorKind::WouldBlock)?;
        Ok(())
    }

    fn poll_send(&mut self, _: &mut Context<'_>, message: &[u8], priority: u32) -> Poll<io::Result<()>> {
        match self.try_send(message, priority) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Poll::Pending,
            sent => Poll::Ready(sent),
        }
    }

    fn is_lost(&self) -> bool {
        false
    }

    fn is_abandoned(&self) -> bool {
        false
    }

    fn remove(&self) {}
}

/// Lets the steps happen at a server, or at a client.
///
/// # Panics
/// When heads come without having been there, or something is left at the end.
pub fn run(steps: impl Iterator<Item = Step>, is_server: bool) {
    let make = if is_server { Calls::at_server } else { Calls::of_client };
    let config = Config { window: REQUEST_WINDOW, most_calls: 4, silence: Some(Duration::from_millis(50)) };
    let calls = make(config, CLIENT, Bytes::from_static(REPLY_TO));
    if is_server {
        drive(&Link::<request::Parts, _>::new(calls, Sink(2), HEAD), steps);
    } else {
        drive(&Link::<response::Parts, _>::new(calls, Sink(2), HEAD), steps);
    }
}

fn drive<H: Head>(link: &Link<H, Sink>, steps: impl Iterator<Item = Step>) {
    let mut cx = Context::from_waker(Waker::noop());
    let mut arrived = Vec::new();
    for step in steps {
        match step {
            Step::Message(message) => drop(link.receive(message, 0)),
            Step::Open(first, end) => drop(link.open(first, end, 0)),
            Step::Send(call, data, end) => {
                if link.poll_room(call, &cx) == Poll::Ready(true) {
                    link.send(call, data, end);
                }
            }
            Step::Read(call) => read(link, call, &mut cx),
            Step::Leave(call) => link.leave(call),
            Step::End(call) => link.end(call, Reset::new(Code::Cancelled, "")),
            Step::Room(messages) => {
                link.lock().outbox.0 = messages;
                link.flush();
            }
            Step::Headless => link.give_up_headless(Instant::now()),
            Step::Retire => link.retire(),
        }
        link.take_arrived(&mut arrived);
        for arrival in arrived.drain(..) {
            match arrival {
                // Its call may have ended meanwhile.
                Arrival::Head(call) => drop(link.take_head(call)),
                Arrival::TooLarge(call) => link.end(call, Reset::new(Code::Refused, "")),
            }
        }
    }
    link.abandon(&Reset::new(Code::Lost, "the end"));
    assert!(link.is_over() && !link.has_to_write());
    assert_eq!(link.lock().calls.len(), 0);
}

/// Reads a body as far as it has come: no more of it than there was credit for.
fn read<H: Head>(link: &Link<H, Sink>, call: u64, cx: &mut Context<'_>) {
    let _ = link.poll_head(call, cx);
    let mut bytes = 0;
    while let Poll::Ready(Some(Ok(frame))) = link.poll_frame(call, cx) {
        bytes += frame.data_ref().map_or(0, Bytes::len) as u64;
    }
    assert!(bytes <= REQUEST_WINDOW, "{bytes} bytes waited");
}
