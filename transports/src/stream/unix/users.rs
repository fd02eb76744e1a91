//! Who may be at the other end: users, by what the system says of them.

use std::io;

use tokio::net::UnixStream;

use crate::{Endpoint, UnixCredentials};

/// The users that may be at the other end of a socket.
#[derive(Debug)]
pub(crate) enum Users {
    /// Whoever could connect.
    Any,
    /// Those with one of these effective user ids.
    These(Vec<u32>),
}

impl Users {
    /// Those whose calls a listener takes. Without a list, the mode of a file says it; an abstract name has none.
    #[cfg(feature = "server")]
    pub(crate) fn who_call(endpoint: &Endpoint) -> io::Result<Self> {
        match listed(endpoint)? {
            None if endpoint.file().is_some() => Ok(Self::Any),
            None => Ok(Self::These(vec![own()?])),
            Some(users) => Ok(users.and(own()?)),
        }
    }

    /// Those whose server a client calls. Root could read the client's memory anyway, so that a file of root's is
    /// trusted like its own; an abstract name is anybody's who takes it first, and belongs to one user alone.
    #[cfg(feature = "client")]
    pub(super) fn who_serve(endpoint: &Endpoint) -> io::Result<Self> {
        let users = listed(endpoint)?.unwrap_or(Self::These(Vec::new())).and(own()?);
        Ok(if endpoint.file().is_some() { users.and(ROOT) } else { users })
    }

    /// The process at the other end, if it may be there.
    pub(super) fn admit(&self, stream: &UnixStream) -> io::Result<Option<UnixCredentials>> {
        let found = stream.peer_cred();
        match self {
            Self::Any => Ok(found.ok().map(credentials)),
            Self::These(users) => {
                let found = credentials(found?);
                match users.contains(&found.uid) {
                    true => Ok(Some(found)),
                    false => Err(stranger(found.uid)),
                }
            }
        }
    }

    fn and(mut self, user: u32) -> Self {
        if let Self::These(users) = &mut self {
            users.push(user);
        }
        self
    }
}

const ROOT: u32 = 0;

/// The users that the endpoint lists, if it does.
fn listed(endpoint: &Endpoint) -> io::Result<Option<Users>> {
    let Some(text) = endpoint.option("allow_uid") else { return Ok(None) };
    if text == "any" {
        return Ok(Some(Users::Any));
    }
    match text.split(',').map(str::parse).collect() {
        Ok(users) => Ok(Some(Users::These(users))),
        Err(_) => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "allow_uid must be user ids with commas between them, as in 1000,0, or the word any",
        )),
    }
}

/// The user that this process is, as the system would tell it to the other end.
fn own() -> io::Result<u32> {
    Ok(UnixStream::pair()?.0.peer_cred()?.uid())
}

fn credentials(found: tokio::net::unix::UCred) -> UnixCredentials {
    UnixCredentials::new(found.uid(), found.gid(), found.pid())
}

fn stranger(uid: u32) -> io::Error {
    let text = format!("user {uid} is at the other end: add ?allow_uid={uid} to the endpoint to trust them");
    io::Error::new(io::ErrorKind::PermissionDenied, text)
}
