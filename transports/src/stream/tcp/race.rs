//! Connecting to a host of many addresses, some of which may be dead
//! ([RFC 8305](https://www.rfc-editor.org/rfc/rfc8305)).

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long an address has for itself before the next one is tried beside it (section 5).
const HEAD_START: Duration = Duration::from_millis(250);

/// The first connection that any of the addresses gives. Fails of what the first one failed of.
pub(super) async fn first_connection(mut addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    if let [only] = addresses[..] {
        return TcpStream::connect(only).await;
    }
    alternate(&mut addresses);
    let mut addresses = addresses.into_iter();
    // The attempts that are left end with the set.
    let mut attempts = JoinSet::new();
    let mut failed = None;
    loop {
        match addresses.next() {
            Some(address) => drop(attempts.spawn(TcpStream::connect(address))),
            None if attempts.is_empty() => break,
            None => {}
        }
        let ended = match addresses.len() {
            0 => attempts.join_next().await,
            _ => timeout(HEAD_START, attempts.join_next()).await.unwrap_or_default(),
        };
        match ended {
            Some(Ok(Ok(stream))) => return Ok(stream),
            Some(Ok(Err(error))) => failed = failed.or(Some(error)),
            Some(Err(ended)) => failed = failed.or(Some(io::Error::other(ended))),
            None => {}
        }
    }
    Err(failed.unwrap_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the host has no address")))
}

/// Both kinds of addresses in turns, beginning with the resolver's favourite (section 4).
fn alternate(addresses: &mut [SocketAddr]) {
    let mut counts = [0, 0];
    let first = addresses.first().map(SocketAddr::is_ipv6);
    let mut ranked: Vec<_> = addresses
        .iter()
        .map(|address| {
            let other = usize::from(Some(address.is_ipv6()) != first);
            counts[other] += 1;
            (counts[other], other, *address)
        })
        .collect();
    ranked.sort_by_key(|(turn, other, _)| (*turn, *other));
    for (place, (_, _, address)) in addresses.iter_mut().zip(ranked) {
        *place = address;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;
    use tokio::net::{TcpListener, TcpSocket};

    /// An address at which connections hang: its queue is full, and nobody accepts.
    async fn dead() -> (SocketAddr, TcpListener, Vec<TcpStream>) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        let mut queued = Vec::new();
        while let Ok(stream) = timeout(Duration::from_millis(100), TcpStream::connect(address)).await {
            queued.push(stream.unwrap());
            assert!(queued.len() < 100, "the queue is never full");
        }
        (address, listener, queued)
    }

    #[tokio::test]
    async fn a_dead_address_holds_up_the_next_one_for_a_moment() {
        let (dead, _listener, _queued) = dead().await;
        let alive = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = alive.local_addr().unwrap();
        let begun = Instant::now();
        let stream = first_connection(vec![dead, address]).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), address);
        assert!(begun.elapsed() < 4 * HEAD_START, "{:?}", begun.elapsed());
    }

    #[tokio::test]
    async fn an_address_that_refuses_holds_up_nobody() {
        let refuses = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let alive = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let begun = Instant::now();
        first_connection(vec![refuses, alive.local_addr().unwrap()]).await.unwrap();
        assert!(begun.elapsed() < HEAD_START, "{:?}", begun.elapsed());
        let error = first_connection(vec![refuses, refuses]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    }

    #[test]
    fn kinds_of_addresses_take_turns() {
        let parse = |text: &str| text.parse::<SocketAddr>().unwrap();
        let mut addresses = ["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1", "2.2.2.2:1"].map(parse);
        alternate(&mut addresses);
        assert_eq!(addresses, ["[::1]:1", "1.1.1.1:1", "[::2]:1", "2.2.2.2:1", "[::3]:1"].map(parse));
    }
}
