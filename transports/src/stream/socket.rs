//! The byte streams behind one type, so that the HTTP engine is compiled once.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connected byte stream.
#[derive(Debug)]
pub(crate) enum Socket {
    #[cfg(feature = "tcp")]
    Tcp(tokio::net::TcpStream),
    #[cfg(all(unix, feature = "unix"))]
    Unix(tokio::net::UnixStream),
}

#[cfg(feature = "server")]
impl Socket {
    /// Whether the peer knows it by a path: a Unix socket.
    pub(crate) fn is_named_by_path(&self) -> bool {
        match self {
            #[cfg(feature = "tcp")]
            Socket::Tcp(_) => false,
            #[cfg(all(unix, feature = "unix"))]
            Socket::Unix(_) => true,
        }
    }
}

/// Calls the same method on whichever stream there is.
macro_rules! on_stream {
    ($self:expr, $stream:ident => $call:expr) => {
        match $self.get_mut() {
            #[cfg(feature = "tcp")]
            Socket::Tcp(stream) => {
                let $stream = Pin::new(stream);
                $call
            }
            #[cfg(all(unix, feature = "unix"))]
            Socket::Unix(stream) => {
                let $stream = Pin::new(stream);
                $call
            }
        }
    };
}

impl AsyncRead for Socket {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        on_stream!(self, stream => stream.poll_read(cx, buf))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        on_stream!(self, stream => stream.poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        on_stream!(self, stream => stream.poll_write_vectored(cx, bytes))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        on_stream!(self, stream => stream.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        on_stream!(self, stream => stream.poll_shutdown(cx))
    }
}

/// What connections come in from.
#[cfg(feature = "server")]
#[derive(Debug)]
pub(crate) enum Bound {
    #[cfg(feature = "tcp")]
    Tcp(tokio::net::TcpListener),
    /// The file is removed when it is dropped; a listener that somebody else bound has none.
    #[cfg(all(unix, feature = "unix"))]
    Unix { listener: tokio::net::UnixListener, users: super::unix::Users, _file: Option<super::unix::File> },
}

#[cfg(feature = "server")]
impl Bound {
    /// The next connection, and who is at its other end. One that is refused for who that is fails.
    pub(crate) fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(Socket, crate::Peer)>> {
        match self {
            #[cfg(feature = "tcp")]
            Self::Tcp(listener) => listener
                .poll_accept(cx)
                .map_ok(|(stream, remote)| (super::tcp::peer(&stream, remote), Socket::Tcp(stream)))
                .map_ok(|(peer, socket)| (socket, peer)),
            #[cfg(all(unix, feature = "unix"))]
            Self::Unix { listener, users, .. } => listener.poll_accept(cx).map(|accepted| {
                let (stream, _) = accepted?;
                let peer = super::unix::peer(&stream, users)?;
                Ok((Socket::Unix(stream), peer))
            }),
        }
    }
}
