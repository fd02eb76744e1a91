//! TCP.

#[cfg(feature = "client")]
mod race;

use std::io;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

use crate::Endpoint;

/// Binds, and says which port it became.
#[cfg(feature = "server")]
pub(crate) async fn bind(endpoint: Endpoint) -> io::Result<(super::Bound, Endpoint)> {
    let (host, port) = address(&endpoint)?;
    let listener = tokio::net::TcpListener::bind((host, port)).await?;
    let port = listener.local_addr()?.port();
    Ok((super::Bound::Tcp(listener), endpoint.with_port(port)))
}

/// Readies an accepted stream, and says who is at its other end.
#[cfg(feature = "server")]
pub(super) fn peer(stream: &TcpStream, remote: std::net::SocketAddr) -> crate::Peer {
    // A stream that is gone already fails later.
    let _ = ready(stream);
    let peer = crate::Peer::new("tcp").with_remote(remote);
    match stream.local_addr() {
        Ok(local) => peer.with_local(local),
        Err(_) => peer,
    }
}

/// Connects to the first of the host's addresses that answers.
#[cfg(feature = "client")]
pub(crate) async fn connect(endpoint: &Endpoint) -> io::Result<super::Socket> {
    let addresses = tokio::net::lookup_host(address(endpoint)?).await?.collect();
    let stream = race::first_connection(addresses).await?;
    ready(&stream)?;
    Ok(super::Socket::Tcp(stream))
}

/// Silence after which a peer is probed, and between the probes. After the system's number of them, nine on Linux, it
/// is given up: one that lost its power would be waited for without end.
const PROBE_AFTER: Duration = Duration::from_secs(60);
const PROBE_AGAIN: Duration = Duration::from_secs(10);

/// Sets what both ends set.
fn ready(stream: &TcpStream) -> io::Result<()> {
    // Without it, a call at a time waits 40 ms for the peer's delayed ACK.
    stream.set_nodelay(true)?;
    let probes = TcpKeepalive::new().with_time(PROBE_AFTER).with_interval(PROBE_AGAIN);
    SockRef::from(stream).set_tcp_keepalive(&probes)
}

fn address(endpoint: &Endpoint) -> io::Result<(&str, u16)> {
    let no_address = || io::Error::new(io::ErrorKind::InvalidInput, "endpoint has no host and port");
    Ok((endpoint.host().ok_or_else(no_address)?, endpoint.port().ok_or_else(no_address)?))
}

#[cfg(all(test, feature = "client", feature = "server"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn both_ends_probe_a_silent_peer() {
        let (bound, endpoint) = bind("tcp://127.0.0.1:0".parse().unwrap()).await.unwrap();
        let client = connect(&endpoint).await.unwrap();
        let (server, _) = std::future::poll_fn(|cx| bound.poll_accept(cx)).await.unwrap();
        for socket in [client, server] {
            match socket {
                crate::stream::Socket::Tcp(stream) => {
                    let socket = SockRef::from(&stream);
                    assert!(socket.keepalive().unwrap());
                    assert_eq!(socket.tcp_keepalive_time().unwrap(), PROBE_AFTER);
                }
                #[cfg(all(unix, feature = "unix"))]
                crate::stream::Socket::Unix(_) => unreachable!("a Unix socket"),
            }
        }
    }
}
