//! A client that writes whatever it is told to, by `docs/wire.md` and nothing of ours.

use std::io::Write;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::mqueue::{
    MQ_OFlag, MqAttr, MqdT, mq_attr_member_t, mq_close, mq_open, mq_receive, mq_send, mq_unlink,
};
use nix::sys::stat::Mode;
use rustix::fs::{FlockOperation, flock};

use super::Name;

pub(super) const OPEN: u8 = 1;
pub(super) const DATA: u8 = 2;
pub(super) const CREDIT: u8 = 3;
pub(super) const RESET: u8 = 4;
pub(super) const PING: u8 = 5;
pub(super) const LEAVE: u8 = 7;
pub(super) const END: u8 = 1;

pub(super) const REFUSED: u8 = 2;
pub(super) const MALFORMED: u8 = 3;
pub(super) const LOST: u8 = 4;

/// A part, byte by byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) number: u32,
    pub(super) client: u64,
    pub(super) call: u64,
    pub(super) payload: Vec<u8>,
}

impl Part {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut out = vec![1, self.kind, self.flags, 0];
        out.extend((self.payload.len() as u32).to_be_bytes());
        out.extend(self.number.to_be_bytes());
        out.extend(self.client.to_be_bytes());
        out.extend(self.call.to_be_bytes());
        out.extend(&self.payload);
        out
    }

    fn read(message: &[u8]) -> (Part, &[u8]) {
        let (head, rest) = message.split_at(28);
        assert_eq!(head[0], 1);
        let four = |at: usize| u32::from_be_bytes(head[at..at + 4].try_into().unwrap());
        let eight = |at: usize| u64::from_be_bytes(head[at..at + 8].try_into().unwrap());
        let (payload, rest) = rest.split_at(four(4) as usize);
        let part = Part {
            kind: head[1],
            flags: head[2],
            number: four(8),
            client: eight(12),
            call: eight(20),
            payload: payload.to_vec(),
        };
        (part, rest)
    }
}

/// How a call ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The status of the response.
    Status(u16),
    /// The code and the text of a reset.
    Reset(u8, String),
}

/// A queue to receive from, and that of a server to send to.
pub(super) struct Raw {
    server: MqdT,
    own: Option<MqdT>,
    pub(super) address: String,
    pub(super) client: u64,
}

/// How large an own queue is.
const MESSAGES: mq_attr_member_t = 8;
const SIZE: mq_attr_member_t = 1024;

impl Raw {
    pub(super) fn new(server: &Name) -> Self {
        let address = format!("{}{:032x}", server.replies(), random());
        let own = make(&address, MESSAGES, SIZE, 0o600);
        flock(&own, FlockOperation::NonBlockingLockExclusive).unwrap();
        let mut raw = Self::without(server, address);
        raw.own = Some(own);
        raw
    }

    /// One that receives nothing, whatever address it gives.
    pub(super) fn without(server: &Name, address: String) -> Self {
        let flags = MQ_OFlag::O_WRONLY | MQ_OFlag::O_NONBLOCK;
        let server = mq_open(server.0.as_str(), flags, Mode::empty(), None).unwrap();
        Self { server, own: None, address, client: random() as u64 }
    }

    pub(super) fn part(&self, kind: u8, call: u64, number: u32, flags: u8, payload: &[u8]) -> Part {
        Part { kind, flags, number, client: self.client, call, payload: payload.to_vec() }
    }

    /// An open with the first bytes of a request.
    pub(super) fn open(&self, call: u64, flags: u8, data: &[u8]) -> Part {
        self.open_with(call, flags, 1 << 20, data)
    }

    pub(super) fn open_with(&self, call: u64, flags: u8, credit: u64, data: &[u8]) -> Part {
        let mut payload = credit.to_be_bytes().to_vec();
        payload.push(self.address.len() as u8);
        payload.extend(self.address.as_bytes());
        payload.extend(data);
        self.part(OPEN, call, 0, flags, &payload)
    }

    /// Whether there was room.
    pub(super) fn try_send(&self, message: &[u8]) -> bool {
        self.try_send_at(message, 0)
    }

    /// The same at a priority.
    pub(super) fn try_send_at(&self, message: &[u8], priority: u32) -> bool {
        match mq_send(&self.server, message, priority) {
            Ok(()) => true,
            Err(Errno::EAGAIN) => false,
            Err(errno) => panic!("{errno}"),
        }
    }

    /// Sends a message, once there is room.
    pub(super) async fn send(&self, message: &[u8]) {
        let began = Instant::now();
        while !self.try_send(message) {
            assert!(began.elapsed() < Duration::from_secs(5), "there is never room");
            tokio::task::yield_now().await;
        }
    }

    /// The priority of what comes next.
    pub(super) async fn priority(&self) -> u32 {
        let own = self.own.as_ref().unwrap();
        until("a message comes", || receive_at(own)).await.1
    }

    /// What has come.
    pub(super) fn received(&self) -> Option<Vec<Part>> {
        receive(self.own.as_ref()?).map(|message| {
            let (mut parts, mut rest) = (Vec::new(), &message[..]);
            while !rest.is_empty() {
                let (part, behind) = Part::read(rest);
                parts.push(part);
                rest = behind;
            }
            parts
        })
    }

    /// What comes next.
    pub(super) async fn parts(&self) -> Vec<Part> {
        until("a message comes", || self.received()).await
    }

    /// How a call ends, of which alone something is to come.
    pub(super) async fn ending(&self, call: u64) -> Ending {
        let mut status = None;
        loop {
            for part in self.parts().await {
                assert_eq!(part.client, self.client);
                assert_eq!(part.call, call, "{part:?}");
                match part.kind {
                    RESET => {
                        let text = String::from_utf8(part.payload[1..].to_vec()).unwrap();
                        return Ending::Reset(part.payload[0], text);
                    }
                    // A response, of known length or not, and then its status in two bytes.
                    DATA if part.number == 0 => {
                        assert!(matches!(part.payload[0], 1 | 3), "{part:?}");
                        status = Some(u16::from_be_bytes([part.payload[1] & 0x3f, part.payload[2]]));
                    }
                    _ => {}
                }
                if part.flags & END != 0 {
                    return Ending::Status(status.unwrap());
                }
            }
        }
    }

    /// A whole call, which is answered as it should be.
    pub(super) async fn is_answered(&self, call: u64) {
        self.send(&self.open(call, END, &head("/plain")).bytes()).await;
        assert_eq!(self.ending(call).await, Ending::Status(200));
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        if let Some(own) = self.own.take() {
            let _ = mq_unlink(self.address.as_str());
            let _ = mq_close(own);
        }
    }
}

/// A queue as any program makes one.
pub(super) fn make(name: &str, messages: mq_attr_member_t, size: mq_attr_member_t, mode: u32) -> MqdT {
    let flags = MQ_OFlag::O_RDONLY | MQ_OFlag::O_CREAT | MQ_OFlag::O_EXCL | MQ_OFlag::O_NONBLOCK;
    let attributes = MqAttr::new(0, messages, size, 0);
    let made = mq_open(name, flags, Mode::S_IRUSR | Mode::S_IWUSR, Some(&attributes)).unwrap();
    rustix::fs::fchmod(&made, mode.into()).unwrap();
    made
}

/// The oldest message in a queue.
pub(super) fn receive(queue: &MqdT) -> Option<Vec<u8>> {
    receive_at(queue).map(|(message, _)| message)
}

/// The same, with its priority.
pub(super) fn receive_at(queue: &MqdT) -> Option<(Vec<u8>, u32)> {
    let (mut buffer, mut priority) = (vec![0; 8192], 0);
    match mq_receive(queue, &mut buffer, &mut priority) {
        Ok(length) => Some((buffer[..length].to_vec(), priority)),
        Err(Errno::EAGAIN) => None,
        Err(errno) => panic!("{errno}"),
    }
}

/// The head of a request in the form without lengths (RFC 9292, section 3.2), and the beginning of its content.
pub(super) fn head(path: &str) -> Vec<u8> {
    let mut out = vec![2];
    for item in ["POST", "http", "host", path] {
        out.push(item.len() as u8);
        out.write_all(item.as_bytes()).unwrap();
    }
    // No fields.
    out.push(0);
    out
}

/// A number that no other has.
pub(super) fn random() -> u128 {
    use std::hash::{BuildHasher, RandomState};
    let half = || u128::from(RandomState::new().hash_one(0));
    half() << 64 | half()
}

/// Waits until there is something, for at most five seconds.
pub(super) async fn until<T>(what: &str, mut take: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = take() {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(5), "never came true: {what}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
