//! What the system's errors mean for a queue, and which knob to turn.

use std::fs::File;
use std::io::{Error, ErrorKind};

use nix::errno::Errno;

use super::limits::Limits;
use super::{Attributes, Name};

/// Why a queue was not made.
pub(super) fn create(name: &Name, attributes: Attributes, errno: Errno) -> Error {
    let limits = Limits::read();
    let (kind, text) = match errno {
        Errno::EMFILE if descriptors_are_left() => {
            (ErrorKind::QuotaExceeded, no_bytes_left(attributes, &limits))
        }
        Errno::ENOSPC => (
            ErrorKind::QuotaExceeded,
            format!(
                "the system has as many queues as it may: raise fs.mqueue.queues_max{}",
                is(limits.queues)
            ),
        ),
        Errno::EINVAL => (ErrorKind::InvalidInput, too_large(attributes, &limits)),
        Errno::EEXIST => (ErrorKind::AlreadyExists, "there is a queue of that name".to_owned()),
        errno => return other(name, errno),
    };
    Error::new(kind, format!("{name}: {text}"))
}

/// Why a queue was not opened to send to it.
pub(super) fn open(name: &Name, errno: Errno) -> Error {
    match errno {
        Errno::ENOENT => Error::new(ErrorKind::NotFound, format!("nobody listens on {name}")),
        errno => other(name, errno),
    }
}

/// Why a message was not sent.
pub(super) fn send(attributes: Attributes, len: usize, priority: u32, errno: Errno) -> Error {
    let text = match errno {
        Errno::EMSGSIZE => {
            format!("a message has {len} bytes, and at most {} fit into this queue", attributes.size)
        }
        Errno::EINVAL if priority >= Attributes::PRIORITIES => {
            format!("priority {priority} is too high: at most {}", Attributes::PRIORITIES - 1)
        }
        errno => return errno.into(),
    };
    Error::new(ErrorKind::InvalidInput, text)
}

/// Why no message was received.
pub(super) fn receive(attributes: Attributes, len: usize, errno: Errno) -> Error {
    match errno {
        Errno::EMSGSIZE => Error::new(
            ErrorKind::InvalidInput,
            format!("a buffer of {len} bytes, where a message may have {}", attributes.size),
        ),
        errno => errno.into(),
    }
}

fn other(name: &Name, errno: Errno) -> Error {
    let text = match errno {
        Errno::EACCES => "another user made that queue, and it is closed to this one",
        Errno::ENOSYS => "this system has no POSIX message queues",
        Errno::EMFILE => "this process has as many open files as it may: raise RLIMIT_NOFILE (ulimit -n)",
        errno => errno.desc(),
    };
    Error::new(Error::from(errno).kind(), format!("{name}: {text}"))
}

/// The system says the same of too many descriptors and of too many bytes in queues.
fn descriptors_are_left() -> bool {
    File::open("/").is_ok()
}

fn no_bytes_left(attributes: Attributes, limits: &Limits) -> String {
    format!(
        "this user's queues take all the bytes that they may: raise RLIMIT_MSGQUEUE (ulimit -q){}; this queue of {} × {} \
         bytes needs {} more",
        is(limits.user_bytes),
        attributes.messages,
        attributes.size,
        attributes.bytes()
    )
}

fn too_large(attributes: Attributes, limits: &Limits) -> String {
    let above = |wanted: u32, limit: Option<u64>| limit.is_some_and(|limit| u64::from(wanted) > limit);
    let Attributes { messages, size } = attributes;
    if above(messages, limits.messages) {
        let is = is(limits.messages);
        format!("a queue of {messages} messages is too long: raise fs.mqueue.msg_max{is}, or ask for fewer")
    } else if above(size, limits.message_bytes) {
        let is = is(limits.message_bytes);
        format!("messages of {size} bytes are too large: raise fs.mqueue.msgsize_max{is}, or ask for less")
    } else {
        format!("the system refuses a queue of {messages} messages of {size} bytes")
    }
}

fn is(limit: Option<u64>) -> String {
    limit.map_or(String::new(), |limit| format!(", which is {limit}"))
}
