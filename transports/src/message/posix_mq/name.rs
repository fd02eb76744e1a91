//! Names of queues.

use std::fmt;
use std::io;

use rustix::rand::{GetRandomFlags, getrandom};

use crate::endpoint::{QUEUE_MOST, check_queue};

/// How the names of all queues begin that replies come in by.
const REPLIES: &str = "/polyrpc.";

/// The random part of a name: 128 bits, as hexadecimal digits.
const RANDOM: usize = 32;

/// The name of a queue: one slash, and 1 to 254 bytes of which none is a slash or zero.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Name(String);

impl Name {
    /// A name from somewhere else.
    ///
    /// # Errors
    /// It can be no queue's, and the text says why.
    pub(crate) fn new(name: &str) -> io::Result<Self> {
        match check_queue(name) {
            Ok(()) => Ok(Self(name.to_owned())),
            Err(problem) => Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{problem}: {name:?}"))),
        }
    }

    /// A name that nobody can have guessed, for replies of a server: `/polyrpc.<server's name>.<32 digits>`.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub(crate) fn random(server: &Name) -> io::Result<Self> {
        let mut bytes = [0; RANDOM / 2];
        // So few bytes come at once or not at all.
        let filled = getrandom(&mut bytes, GetRandomFlags::empty())?;
        if filled < bytes.len() {
            return Err(io::Error::other("the system gave too few random numbers"));
        }
        Ok(Self(format!("{}{:032x}", server.replies(), u128::from_ne_bytes(bytes))))
    }

    /// Whether it was made by [`random`](Self::random) for that server. A peer can name any queue for its replies; other
    /// programs' are none of those.
    pub(crate) fn is_for_replies_of(&self, server: &Name) -> bool {
        let digits = self.0.strip_prefix(&server.replies());
        digits.is_some_and(|digits| {
            digits.len() == RANDOM && digits.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
        })
    }

    /// With its slash.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the random part: the server's name, cut where all of it would be too long.
    fn replies(&self) -> String {
        let own = &self.0[1..];
        let room = QUEUE_MOST - REPLIES.len() - 1 - RANDOM;
        format!("{REPLIES}{}.", &own[..own.floor_char_boundary(room)])
    }
}

/// As an endpoint.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "posix-mq:{}", self.0)
    }
}
