//! Unix sockets, with a file or an abstract name.

#[cfg(feature = "server")]
mod file;
mod users;

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

#[cfg(feature = "server")]
use tokio::net::UnixListener;
use tokio::net::UnixStream;

use crate::Endpoint;
use crate::users::Users;

#[cfg(feature = "server")]
pub(crate) use self::file::File;

/// Listens on a file that it makes, or on an abstract name.
#[cfg(feature = "server")]
pub(crate) async fn bind(endpoint: &Endpoint) -> io::Result<super::Bound> {
    let users = Users::who_call(endpoint)?;
    let (listener, file) = match endpoint.file() {
        Some(path) => file::bind(path, file::mode(endpoint)?).await?,
        None => (UnixListener::bind(address(endpoint)?)?, None),
    };
    Ok(super::Bound::Unix { listener, users, _file: file })
}

/// Takes over a listener that somebody else bound.
#[cfg(feature = "server")]
pub(crate) fn adopt(listener: UnixListener, endpoint: &Endpoint) -> io::Result<super::Bound> {
    Ok(super::Bound::Unix { listener, users: Users::who_call(endpoint)?, _file: None })
}

/// Who is at the other end: the process, by what the system says.
#[cfg(feature = "server")]
pub(super) fn peer(stream: &UnixStream, users: &Users) -> io::Result<crate::Peer> {
    let peer = crate::Peer::new("unix");
    Ok(match users.admit(stream)? {
        Some(credentials) => peer.with_unix(credentials),
        None => peer,
    })
}

/// Connects, to a server of a user who may be there.
#[cfg(feature = "client")]
pub(crate) async fn connect(endpoint: &Endpoint) -> io::Result<super::Socket> {
    let users = Users::who_serve(endpoint)?;
    let stream = UnixStream::connect(address(endpoint)?).await?;
    users.admit(&stream)?;
    Ok(super::Socket::Unix(stream))
}

/// What the system calls the socket: a path, or a zero byte and a name.
fn address(endpoint: &Endpoint) -> io::Result<PathBuf> {
    match (endpoint.file(), endpoint.abstract_name()) {
        (Some(path), _) => Ok(path.to_owned()),
        (None, Some(name)) if cfg!(any(target_os = "linux", target_os = "android")) => {
            Ok(OsStr::from_bytes(&[b"\0", name].concat()).into())
        }
        (None, Some(_)) => {
            Err(io::Error::new(io::ErrorKind::Unsupported, "this system has no abstract names of sockets"))
        }
        (None, None) => Err(io::Error::new(io::ErrorKind::InvalidInput, "endpoint has no path")),
    }
}
