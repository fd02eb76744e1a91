//! Who is at the other end of a connection.

use std::net::SocketAddr;

/// The other end of a connection, as the transport knows it: never what the peer says of itself.
///
/// ```
/// use polyrpc_transports::Peer;
/// let peer = Peer::new("tcp").with_remote("127.0.0.1:4000".parse().unwrap());
/// assert_eq!((peer.transport(), peer.remote().unwrap().port()), ("tcp", 4000));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    transport: &'static str,
    remote: Option<SocketAddr>,
    local: Option<SocketAddr>,
    unix: Option<UnixCredentials>,
}

/// The process at the other end of a Unix socket, from `SO_PEERCRED`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnixCredentials {
    /// Effective user id.
    pub uid: u32,
    /// Effective group id.
    pub gid: u32,
    /// Process id, where the system tells it.
    pub pid: Option<i32>,
}

impl UnixCredentials {
    /// Credentials as the system reported them.
    pub fn new(uid: u32, gid: u32, pid: Option<i32>) -> Self {
        Self { uid, gid, pid }
    }
}

impl Peer {
    /// A peer of which only the transport is known.
    pub fn new(transport: &'static str) -> Self {
        Self { transport, remote: None, local: None, unix: None }
    }

    /// With the peer's address.
    pub fn with_remote(mut self, address: SocketAddr) -> Self {
        self.remote = Some(address);
        self
    }

    /// With the address at which the peer reached us.
    pub fn with_local(mut self, address: SocketAddr) -> Self {
        self.local = Some(address);
        self
    }

    /// With the credentials of the process.
    pub fn with_unix(mut self, credentials: UnixCredentials) -> Self {
        self.unix = Some(credentials);
        self
    }

    /// The transport in use: `tcp`, `unix`, `mem` …
    pub fn transport(&self) -> &'static str {
        self.transport
    }

    /// The peer's network address.
    pub fn remote(&self) -> Option<SocketAddr> {
        self.remote
    }

    /// The address at which the peer reached us.
    pub fn local(&self) -> Option<SocketAddr> {
        self.local
    }

    /// The peer's process, on a Unix socket.
    pub fn unix(&self) -> Option<UnixCredentials> {
        self.unix
    }
}
