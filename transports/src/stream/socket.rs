//! The byte streams behind one type, so that the HTTP engine is compiled once.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What speaks on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Http1,
    Http2,
    /// No HTTP: what is said tells what it is.
    #[cfg(feature = "client")]
    Raw,
}

impl Engine {
    /// What it is called when a TLS connection is made (RFC 7301, section 6; RFC 9113, section 3.2).
    #[cfg(feature = "tls")]
    pub(crate) fn alpn(self) -> Option<&'static [u8]> {
        match self {
            Self::Http1 => Some(b"http/1.1"),
            Self::Http2 => Some(b"h2"),
            #[cfg(feature = "client")]
            Self::Raw => None,
        }
    }
}

/// A connected byte stream.
#[derive(Debug)]
pub(crate) enum Socket {
    #[cfg(feature = "tcp")]
    Tcp(tokio::net::TcpStream),
    #[cfg(feature = "tls")]
    Tls(Box<tokio_rustls::TlsStream<tokio::net::TcpStream>>),
    #[cfg(all(unix, feature = "unix"))]
    Unix(tokio::net::UnixStream),
    #[cfg(all(unix, feature = "pipe", feature = "server"))]
    Stdio(Box<super::pipe::Stdio>),
    #[cfg(all(unix, feature = "pipe", feature = "client"))]
    Child(Box<super::pipe::Child>),
}

impl Socket {
    /// Whether the peer knows it by a path: a Unix socket.
    #[cfg(feature = "server")]
    pub(crate) fn is_named_by_path(&self) -> bool {
        match self {
            #[cfg(all(unix, feature = "unix"))]
            Socket::Unix(_) => true,
            _ => false,
        }
    }

    /// What both ends agreed to speak, if they did.
    pub(crate) fn agreed(&self) -> Option<Engine> {
        match self {
            #[cfg(feature = "tls")]
            Socket::Tls(stream) => {
                let agreed = stream.get_ref().1.alpn_protocol()?;
                [Engine::Http1, Engine::Http2].into_iter().find(|engine| engine.alpn() == Some(agreed))
            }
            _ => None,
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
            #[cfg(feature = "tls")]
            Socket::Tls(stream) => {
                let $stream = Pin::new(stream);
                $call
            }
            #[cfg(all(unix, feature = "unix"))]
            Socket::Unix(stream) => {
                let $stream = Pin::new(stream);
                $call
            }
            #[cfg(all(unix, feature = "pipe", feature = "server"))]
            Socket::Stdio(stream) => {
                let $stream = Pin::new(stream);
                $call
            }
            #[cfg(all(unix, feature = "pipe", feature = "client"))]
            Socket::Child(stream) => {
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
