//! TCP.

use std::io;

#[cfg(feature = "server")]
use tokio::net::TcpListener;
use tokio::net::TcpStream;

use crate::Endpoint;

/// Binds, and says which port it became.
#[cfg(feature = "server")]
pub(crate) async fn bind(endpoint: Endpoint) -> io::Result<(TcpListener, Endpoint)> {
    let (host, port) = address(&endpoint)?;
    let listener = TcpListener::bind((host, port)).await?;
    let port = listener.local_addr()?.port();
    Ok((listener, endpoint.with_port(port)))
}

/// Readies an accepted stream, and says who is at its other end.
#[cfg(feature = "server")]
pub(super) fn peer(transport: &'static str, stream: &TcpStream, remote: std::net::SocketAddr) -> crate::Peer {
    // Without it, a call at a time waits 40 ms for the peer's delayed ACK. A stream that is gone already fails later.
    let _ = stream.set_nodelay(true);
    let peer = crate::Peer::new(transport).with_remote(remote);
    match stream.local_addr() {
        Ok(local) => peer.with_local(local),
        Err(_) => peer,
    }
}

/// Connects to the first of the host's addresses that answers.
#[cfg(feature = "client")]
pub(super) async fn connect(endpoint: &Endpoint) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address(endpoint)?).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn address(endpoint: &Endpoint) -> io::Result<(&str, u16)> {
    let no_address = || io::Error::new(io::ErrorKind::InvalidInput, "endpoint has no host and port");
    Ok((endpoint.host().ok_or_else(no_address)?, endpoint.port().ok_or_else(no_address)?))
}
