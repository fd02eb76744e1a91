//! Queues of the system, each test with names of its own.

mod carry;
mod children;
mod life;
mod limits;
mod trust;

use std::future::poll_fn;
use std::io;

use super::{Attributes, Name, Queue, Trust, Writer};
use crate::Endpoint;

/// A name that is free, and is so again at the end of the test, however it ends.
struct Scratch(Name);

impl Scratch {
    fn new() -> Self {
        Self(Name::random(&Name::new("/test").unwrap()).unwrap())
    }

    fn name(&self) -> Name {
        self.0.clone()
    }

    async fn queue(&self, messages: u32, size: u32) -> Queue {
        Queue::create(self.name(), Attributes { messages, size }, 0o600).await.unwrap()
    }

    fn writer(&self) -> Writer {
        Writer::open(self.name(), &trusting("")).unwrap()
    }

    /// Whether there is a queue of that name.
    fn exists(&self) -> bool {
        match Writer::open(self.name(), &trusting("?allow_uid=any")) {
            Ok(_) => true,
            Err(error) => error.kind() != io::ErrorKind::NotFound,
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = nix::mqueue::mq_unlink(self.0.as_str());
    }
}

fn endpoint(options: &str) -> Endpoint {
    format!("posix-mq:/test{options}").parse().unwrap()
}

/// What a client with these options trusts.
fn trusting(options: &str) -> Trust {
    Trust::in_servers(&endpoint(options)).unwrap()
}

async fn receive(queue: &mut Queue) -> io::Result<(Vec<u8>, u32)> {
    let mut buffer = vec![0; queue.attributes().size as usize];
    let (len, priority) = poll_fn(|cx| queue.poll_receive(cx, &mut buffer)).await?;
    buffer.truncate(len);
    Ok((buffer, priority))
}

async fn send(writer: &mut Writer, bytes: &[u8]) -> io::Result<()> {
    poll_fn(|cx| writer.poll_send(cx, bytes, 0)).await
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Says so whether the output of tests is captured or not.
fn left_out(test: &str, why: &str) {
    use io::Write;
    let _ = io::stderr().write_all(format!("\nleft out: posix_mq::{test}, {why}\n").as_bytes());
}
