//! Whose queues are sent to: by their owner and their mode.

use std::io;

use rustix::process::geteuid;

use super::descriptor::Descriptor;
use crate::Endpoint;
use crate::users::{ROOT, Users};

/// What may be asked for: others may send to a queue, but who could receive from it would take what is ours.
const MOST: u32 = 0o622;

/// Which queues of others are trusted.
#[derive(Debug)]
pub(crate) struct Trust {
    users: Users,
    /// The mode that they may have at most.
    mode: u32,
}

impl Trust {
    /// The queue of a server: of a user that the endpoint lists, of our own, or of root, who could read us anyway. Nobody
    /// may have access whom the endpoint does not give it.
    ///
    /// # Errors
    /// Options that are none.
    pub(crate) fn in_servers(endpoint: &Endpoint) -> io::Result<Self> {
        let users = Users::listed(endpoint)?.unwrap_or_default().and(geteuid().as_raw()).and(ROOT);
        Ok(Self { users, mode: mode(endpoint)? })
    }

    /// The queue for a client's replies: of a user that the endpoint lists, or of our own; without a list the mode of our
    /// own queue says who calls. That others may write to it is the client's own affair.
    ///
    /// # Errors
    /// Options that are none.
    pub(crate) fn in_clients(endpoint: &Endpoint) -> io::Result<Self> {
        let users = Users::listed(endpoint)?.map(|users| users.and(geteuid().as_raw()));
        Ok(Self { users: users.unwrap_or(Users::Any), mode: MOST })
    }

    /// Whether this queue is one of those. It is asked of the open queue, as its name may come to mean another.
    pub(super) fn check(&self, queue: &Descriptor) -> io::Result<()> {
        let found = queue.stat()?;
        let refuse = |text| Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
        let (name, owner, mode) = (queue.name(), found.st_uid, found.st_mode & 0o777);
        if !self.users.allow(owner) {
            return refuse(format!(
                "{name} belongs to user {owner}: add ?allow_uid={owner} to the endpoint to trust them"
            ));
        }
        if mode & !self.mode != 0 {
            let most = self.mode;
            return refuse(format!("{name} has the mode {mode:03o}, and may have at most {most:03o}"));
        }
        Ok(())
    }
}

/// The mode of queues: for one user alone, unless it is given, or users are listed; others may then send.
pub(super) fn mode(endpoint: &Endpoint) -> io::Result<u32> {
    let wrong = || {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            "mode must be one of 600, 620 and 622: others may send only",
        )
    };
    match endpoint.option("mode").map(|text| u32::from_str_radix(text, 8)) {
        None if endpoint.option("allow_uid").is_some() => Ok(MOST),
        None => Ok(0o600),
        Some(Ok(mode @ (0o600 | 0o620 | 0o622))) => Ok(mode),
        Some(_) => Err(wrong()),
    }
}
