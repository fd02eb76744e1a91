//! A connection that came in, before it can be spoken on.

use std::io;

use super::Socket;
use crate::Peer;

/// A connection that came in.
pub(crate) enum Accepted {
    /// It can be spoken on.
    Ready(Socket, Peer),
    /// The ends must agree on keys first.
    #[cfg(feature = "tls")]
    Tls(Box<super::tls::Handshake>),
}

impl Accepted {
    /// Does what comes before the first byte of HTTP: the connection, and who is at its other end.
    pub(crate) async fn establish(self) -> io::Result<(Socket, Peer)> {
        match self {
            Self::Ready(socket, peer) => Ok((socket, peer)),
            #[cfg(feature = "tls")]
            Self::Tls(handshake) => handshake.run().await,
        }
    }
}
