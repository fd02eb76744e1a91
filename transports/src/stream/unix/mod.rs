//! Unix sockets.

#[cfg(feature = "server")]
mod file;

use std::io;
use std::path::Path;

use tokio::net::UnixStream;

use crate::Endpoint;

#[cfg(feature = "server")]
pub(crate) use self::file::{File, bind};

/// Connects.
#[cfg(feature = "client")]
pub(crate) async fn connect(endpoint: &Endpoint) -> io::Result<super::Socket> {
    UnixStream::connect(path(endpoint)?).await.map(super::Socket::Unix)
}

/// Who is at the other end: the process, by what the system says.
#[cfg(feature = "server")]
pub(super) fn peer(stream: &UnixStream) -> crate::Peer {
    let peer = crate::Peer::new("unix");
    match stream.peer_cred() {
        Ok(cred) => peer.with_unix(crate::UnixCredentials::new(cred.uid(), cred.gid(), cred.pid())),
        Err(_) => peer,
    }
}

fn path(endpoint: &Endpoint) -> io::Result<&Path> {
    endpoint.file().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "endpoint has no path"))
}
