//! Who may be at the other end of a socket, by what the system says of them.

use std::io;

use tokio::net::UnixStream;

use crate::users::{ROOT, Users};
use crate::{Endpoint, UnixCredentials};

impl Users {
    /// Those whose calls a listener takes. Without a list, the mode of a file says it; an abstract name has none.
    #[cfg(feature = "server")]
    pub(crate) fn who_call(endpoint: &Endpoint) -> io::Result<Self> {
        match Self::listed(endpoint)? {
            None if endpoint.file().is_some() => Ok(Self::Any),
            None => Ok(Self::only(own()?)),
            Some(users) => Ok(users.and(own()?)),
        }
    }

    /// Those whose server a client calls. Root could read the client's memory anyway, so that a file of root's is
    /// trusted like its own; an abstract name is anybody's who takes it first, and belongs to one user alone.
    #[cfg(feature = "client")]
    pub(super) fn who_serve(endpoint: &Endpoint) -> io::Result<Self> {
        let users = Self::listed(endpoint)?.unwrap_or_default().and(own()?);
        Ok(if endpoint.file().is_some() { users.and(ROOT) } else { users })
    }

    /// The process at the other end, if it may be there.
    pub(super) fn admit(&self, stream: &UnixStream) -> io::Result<Option<UnixCredentials>> {
        match stream.peer_cred().map(credentials) {
            Ok(found) if self.allow(found.uid) => Ok(Some(found)),
            Ok(found) => Err(stranger(found.uid)),
            Err(_) if matches!(self, Self::Any) => Ok(None),
            Err(error) => Err(error),
        }
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
