//! A caller on a connection of its own, with HTTP/1.1: the request is written in one go, and of the answer's head
//! only the status and the length are read.

use std::io;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::workload::Protocol;

/// One connection, and the bytes of the request.
pub(crate) struct Caller {
    socket: TcpStream,
    request: Bytes,
    read: BytesMut,
}

impl Caller {
    pub(super) async fn connect(address: &str, protocol: Protocol, body: &[u8]) -> io::Result<Caller> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        let head = format!(
            "POST / HTTP/1.1\r\nhost: {address}\r\ncontent-type: {}\r\ncontent-length: {}\r\n\r\n",
            protocol.content_type(),
            body.len()
        );
        let request = [head.as_bytes(), body].concat().into();
        Ok(Caller { socket, request, read: BytesMut::with_capacity(64 * 1024) })
    }

    pub(super) async fn call(&mut self) -> io::Result<usize> {
        let length = self.head().await?;
        let mut missing = length.saturating_sub(self.read.len());
        self.read.clear();
        while missing > 0 {
            match self.socket.read_buf(&mut self.read).await? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => missing = missing.saturating_sub(read),
            }
            self.read.clear();
        }
        Ok(length)
    }

    pub(super) async fn ask(&mut self) -> io::Result<Bytes> {
        let length = self.head().await?;
        while self.read.len() < length {
            if self.socket.read_buf(&mut self.read).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(self.read.split_to(length).freeze())
    }

    /// Sends the request, and reads to the beginning of the answer's body. Returns its length.
    async fn head(&mut self) -> io::Result<usize> {
        self.socket.write_all(&self.request).await?;
        self.read.clear();
        loop {
            if self.socket.read_buf(&mut self.read).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(end) = self.read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                let head = self.read.split_to(end + 4);
                return length(&head).ok_or_else(|| io::Error::other(String::from_utf8_lossy(&head)));
            }
        }
    }
}

/// The length of the body of a good answer.
fn length(head: &[u8]) -> Option<usize> {
    let mut lines = std::str::from_utf8(head).ok()?.split("\r\n");
    if !lines.next()?.starts_with("HTTP/1.1 200") {
        return None;
    }
    let length = lines.filter_map(|line| line.split_once(": "));
    let (_, length) = length.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
    length.parse().ok()
}
