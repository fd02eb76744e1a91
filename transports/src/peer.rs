//! Who is at the other end of a connection.

use std::net::SocketAddr;
use std::sync::Arc;

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
    tls: Option<Arc<TlsIdentity>>,
    reply_address: Option<Arc<str>>,
}

/// Who the peer is by its certificate, which was verified: a client's, where the listener asks for one.
///
/// ```
/// use polyrpc_transports::{Peer, TlsIdentity};
/// let identity = TlsIdentity::new(vec![b"DER".to_vec()]).with_dns_names(["billing.internal".to_owned()]);
/// let peer = Peer::new("tls").with_tls(identity);
/// assert!(peer.tls().is_some_and(|tls| tls.dns_names().iter().any(|name| name == "billing.internal")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsIdentity {
    chain: Vec<Vec<u8>>,
    dns_names: Vec<String>,
    uris: Vec<String>,
}

impl TlsIdentity {
    /// A chain of certificates in DER, the peer's own first.
    pub fn new(chain: Vec<Vec<u8>>) -> Self {
        Self { chain, dns_names: Vec::new(), uris: Vec::new() }
    }

    /// With the DNS names of the peer's certificate.
    pub fn with_dns_names(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.dns_names.extend(names);
        self
    }

    /// With the URIs of the peer's certificate.
    pub fn with_uris(mut self, uris: impl IntoIterator<Item = String>) -> Self {
        self.uris.extend(uris);
        self
    }

    /// The peer's certificate in DER (RFC 5280), for what is not told here.
    pub fn certificate(&self) -> Option<&[u8]> {
        self.chain.first().map(Vec::as_slice)
    }

    /// The certificates that the peer sent, in DER, its own first.
    pub fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }

    /// DNS names among the subject alternative names of the peer's certificate (RFC 5280, section 4.2.1.6).
    pub fn dns_names(&self) -> &[String] {
        &self.dns_names
    }

    /// URIs among the subject alternative names of the peer's certificate: a SPIFFE id, say.
    pub fn uris(&self) -> &[String] {
        &self.uris
    }
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
        Self { transport, remote: None, local: None, unix: None, tls: None, reply_address: None }
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

    /// With what the peer's certificate says.
    pub fn with_tls(mut self, identity: TlsIdentity) -> Self {
        self.tls = Some(Arc::new(identity));
        self
    }

    /// With the name that its replies go to.
    pub fn with_reply_address(mut self, address: &str) -> Self {
        self.reply_address = Some(address.into());
        self
    }

    /// The transport in use: `tcp`, `tls`, `unix`, `stdio`, `posix-mq`, `mem` …
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

    /// The name that the peer's replies go to, on a transport of messages: of its queue, say. It tells one client from
    /// another, and proves nothing: whoever may send to us can give any name.
    pub fn reply_address(&self) -> Option<&str> {
        self.reply_address.as_deref()
    }

    /// Who the peer is by its certificate, where it has shown one.
    pub fn tls(&self) -> Option<&TlsIdentity> {
        self.tls.as_deref()
    }
}
