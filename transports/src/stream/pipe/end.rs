//! The ends of pipes that somebody else opened, or of what else stands where one is expected: a socket, a terminal, a
//! file.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdStream;
use std::pin::Pin;
use std::task::{Context, Poll};

use rustix::fs::{FileType, OFlags, fcntl_getfl, fcntl_setfl, fstat};
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::UnixStream;
use tokio::net::unix::pipe;

/// What is read from.
#[derive(Debug)]
pub(super) struct Input {
    kind: InputKind,
    _shared: Option<Shared>,
}

#[derive(Debug)]
enum InputKind {
    Pipe(pipe::Receiver),
    Socket(UnixStream),
    Blocking(File),
}

/// What is written to.
#[derive(Debug)]
pub(super) struct Output {
    kind: OutputKind,
    _shared: Option<Shared>,
}

#[derive(Debug)]
enum OutputKind {
    Pipe(pipe::Sender),
    Socket(UnixStream),
    Blocking(File),
}

/// Whether reads and writes block is a property of what all holders of an end share: what was switched for us is
/// switched back in the end.
#[derive(Debug)]
struct Shared {
    end: OwnedFd,
    flags: OFlags,
}

impl Shared {
    fn unblocked(end: &OwnedFd) -> io::Result<Self> {
        let shared = Self { end: end.try_clone()?, flags: fcntl_getfl(end)? };
        fcntl_setfl(end, shared.flags | OFlags::NONBLOCK)?;
        Ok(shared)
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // Where it fails, there is nobody to be harmed.
        let _ = fcntl_setfl(&self.end, self.flags);
    }
}

/// A pipe and a socket tell when they are ready. Another thread waits for anything else: a terminal's modes are the
/// shell's too, and a file has none.
fn kind(end: &OwnedFd) -> io::Result<FileType> {
    Ok(FileType::from_raw_mode(fstat(end)?.st_mode))
}

impl Input {
    pub(super) fn new(end: OwnedFd) -> io::Result<Self> {
        let kind = kind(&end)?;
        let shared = match kind {
            FileType::Fifo | FileType::Socket => Some(Shared::unblocked(&end)?),
            _ => None,
        };
        let kind = match kind {
            FileType::Fifo => InputKind::Pipe(pipe::Receiver::from_owned_fd(end)?),
            FileType::Socket => InputKind::Socket(UnixStream::from_std(StdStream::from(end))?),
            _ => InputKind::Blocking(File::from_std(end.into())),
        };
        Ok(Self { kind, _shared: shared })
    }
}

impl Output {
    pub(super) fn new(end: OwnedFd) -> io::Result<Self> {
        let kind = kind(&end)?;
        let shared = match kind {
            FileType::Fifo | FileType::Socket => Some(Shared::unblocked(&end)?),
            _ => None,
        };
        let kind = match kind {
            FileType::Fifo => OutputKind::Pipe(pipe::Sender::from_owned_fd(end)?),
            FileType::Socket => OutputKind::Socket(UnixStream::from_std(StdStream::from(end))?),
            _ => OutputKind::Blocking(File::from_std(end.into())),
        };
        Ok(Self { kind, _shared: shared })
    }

    /// Whichever it is.
    fn stream(&mut self) -> Pin<&mut (dyn AsyncWrite + Unpin)> {
        Pin::new(match &mut self.kind {
            OutputKind::Pipe(pipe) => pipe,
            OutputKind::Socket(socket) => socket,
            OutputKind::Blocking(file) => file,
        })
    }
}

impl AsyncRead for Input {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.kind {
            InputKind::Pipe(pipe) => Pin::new(pipe).poll_read(cx, buf),
            InputKind::Socket(socket) => Pin::new(socket).poll_read(cx, buf),
            InputKind::Blocking(file) => Pin::new(file).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Output {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.stream().poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream().poll_write_vectored(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(cx)
    }
}
