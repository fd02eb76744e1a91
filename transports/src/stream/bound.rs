//! What connections come in from, behind one type.

use std::io;
use std::task::{Context, Poll};

use super::{Accepted, Socket};

/// What connections come in from.
#[derive(Debug)]
pub(crate) enum Bound {
    #[cfg(feature = "tcp")]
    Tcp(tokio::net::TcpListener),
    #[cfg(feature = "tls")]
    Tls(tokio::net::TcpListener, super::tls::Acceptor),
    /// The file is removed when it is dropped; a listener that somebody else bound has none.
    #[cfg(all(unix, feature = "unix"))]
    Unix { listener: tokio::net::UnixListener, users: crate::users::Users, _file: Option<super::unix::File> },
    /// The one connection, until it was taken.
    #[cfg(all(unix, feature = "pipe"))]
    Stdio(Option<Box<super::pipe::Stdio>>),
}

impl Bound {
    /// The next connection. One that is refused for who is at its other end fails.
    pub(crate) fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Accepted>> {
        match self {
            #[cfg(feature = "tcp")]
            Self::Tcp(listener) => listener.poll_accept(cx).map_ok(|(stream, remote)| {
                let peer = super::tcp::peer("tcp", &stream, remote);
                Accepted::Ready(Socket::Tcp(stream), peer)
            }),
            #[cfg(feature = "tls")]
            Self::Tls(listener, acceptor) => listener.poll_accept(cx).map_ok(|(stream, remote)| {
                let peer = super::tcp::peer("tls", &stream, remote);
                Accepted::Tls(Box::new(acceptor.begin(stream, peer)))
            }),
            #[cfg(all(unix, feature = "unix"))]
            Self::Unix { listener, users, .. } => listener.poll_accept(cx).map(|accepted| {
                let (stream, _) = accepted?;
                let peer = super::unix::peer(&stream, users)?;
                Ok(Accepted::Ready(Socket::Unix(stream), peer))
            }),
            #[cfg(all(unix, feature = "pipe"))]
            Self::Stdio(stdio) => match stdio.take() {
                Some(stdio) => {
                    Poll::Ready(Ok(Accepted::Ready(Socket::Stdio(stdio), crate::Peer::new("stdio"))))
                }
                None => Poll::Pending,
            },
        }
    }

    /// Whether it is for one peer only, which may be silent for as long as it likes.
    pub(crate) fn is_for_one(&self) -> bool {
        match self {
            #[cfg(all(unix, feature = "pipe"))]
            Self::Stdio(_) => true,
            _ => false,
        }
    }

    /// Whether no further connection will come.
    pub(crate) fn is_over(&self) -> bool {
        match self {
            #[cfg(all(unix, feature = "pipe"))]
            Self::Stdio(stdio) => stdio.is_none(),
            _ => false,
        }
    }
}
