//! What goes over bare queues: messages of the sizes of ours, with a number that their answers repeat.

use std::io;

use super::queue::Queue;

/// A message of which the number alone is looked at.
pub(super) struct Message(Vec<u8>);

const NUMBER: usize = size_of::<u64>();

impl Message {
    pub(super) fn new(size: usize) -> Message {
        Message(vec![0; size.max(NUMBER)])
    }

    pub(super) fn numbered(&mut self, number: u64) -> &[u8] {
        self.0[..NUMBER].copy_from_slice(&number.to_le_bytes());
        &self.0
    }

    /// The number of a message that should be as large as this one.
    pub(super) fn number_in(&self, received: &[u8]) -> io::Result<u64> {
        match received.first_chunk() {
            Some(number) if received.len() == self.0.len() => Ok(u64::from_le_bytes(*number)),
            _ => {
                let (got, size) = (received.len(), self.0.len());
                Err(io::Error::other(format!("{got} bytes were received instead of {size}")))
            }
        }
    }

    /// That a message answers the request of a number.
    pub(super) fn check(&self, received: &[u8], number: u64) -> io::Result<()> {
        match self.number_in(received)? {
            answered if answered == number => Ok(()),
            answered => Err(io::Error::other(format!("request {answered} was answered instead of {number}"))),
        }
    }
}

/// Says that a server ends, to its caller too, who would wait for ever: no answer is empty.
pub(super) fn failed(replies: &Queue, error: &io::Error) {
    eprintln!("the bare server fails: {error}");
    // It may be this queue that failed.
    let _ = replies.send(&[]);
}
