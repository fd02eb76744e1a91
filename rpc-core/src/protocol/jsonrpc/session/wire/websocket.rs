//! A message is a message of a WebSocket ([RFC 6455](https://www.rfc-editor.org/rfc/rfc6455)), text or binary.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, ErrorKind, Read, Write};

use bytes::{Buf, Bytes};
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use tungstenite::protocol::{WebSocketConfig, WebSocketContext};
use tungstenite::{Error, Message};

use super::{Role, too_large};
use crate::status::{Case, Status};

/// Bytes that are read at once.
const CHUNK: usize = 16 << 10;

/// The longest header: two bytes, a length of eight and a mask of four.
const MOST_HEADER: usize = 14;

/// Puts the header before the message that stands behind `start`, and masks it if a client must.
pub(super) fn close(out: &mut Vec<u8>, start: usize, role: Role) {
    let length = (out.len() - start) as u64;
    let mask = match role {
        Role::Server => None,
        Role::Client => Some(mask()),
    };
    if let Some(mask) = mask {
        out[start..].iter_mut().zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
    }
    let header = FrameHeader { opcode: OpCode::Data(Data::Text), mask, ..FrameHeader::default() };
    let (mut bytes, size) = ([0; MOST_HEADER], header.len(length));
    // Writing into memory does not fail.
    let _ = header.format(length, &mut &mut bytes[..]);
    let end = out.len();
    out.resize(end + size, 0);
    out.copy_within(start..end, start + size);
    out[start..start + size].copy_from_slice(&bytes[..size]);
}

/// Four bytes that nobody can foresee (section 5.3): a hash under keys of its own, for which the system is asked once in a
/// thread and not once in a message.
fn mask() -> [u8; 4] {
    let [a, b, c, d, ..] = RandomState::new().build_hasher().finish().to_ne_bytes();
    [a, b, c, d]
}

pub(in super::super) struct WebSocket {
    context: WebSocketContext,
    arrived: Bytes,
    limit: usize,
    closed: bool,
}

/// What arrived, and what is to be sent, as the library wants it.
struct Memory<'a> {
    arrived: &'a mut Bytes,
    out: &'a mut Vec<u8>,
}

impl Read for Memory<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.arrived.is_empty() {
            return Err(ErrorKind::WouldBlock.into());
        }
        let count = buffer.len().min(self.arrived.len());
        self.arrived.copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}

impl Write for Memory<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl WebSocket {
    pub(super) fn new(role: Role, limit: usize) -> WebSocket {
        let config = WebSocketConfig::default()
            .read_buffer_size(CHUNK)
            .write_buffer_size(0)
            .max_message_size(Some(limit))
            .max_frame_size(Some(limit));
        let role = match role {
            Role::Client => tungstenite::protocol::Role::Client,
            Role::Server => tungstenite::protocol::Role::Server,
        };
        let context = WebSocketContext::new(role, Some(config));
        WebSocket { context, arrived: Bytes::new(), limit, closed: false }
    }

    pub(super) fn push(&mut self, data: Bytes) {
        match self.arrived.is_empty() {
            true => self.arrived = data,
            false => self.arrived = [&*self.arrived, &*data].concat().into(),
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    pub(super) fn next(&mut self, out: &mut Vec<u8>) -> Result<Option<Bytes>, Status> {
        let mut memory = Memory { arrived: &mut self.arrived, out };
        loop {
            match self.context.read(&mut memory) {
                Ok(Message::Text(text)) => return Ok(Some(text.into())),
                Ok(Message::Binary(data)) => return Ok(Some(data)),
                // Pings are answered by the library.
                Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => {}
                Ok(Message::Close(_)) => self.closed = true,
                Err(Error::ConnectionClosed | Error::AlreadyClosed) => {
                    self.closed = true;
                    return Ok(None);
                }
                Err(Error::Io(_)) => return Ok(None),
                Err(Error::Capacity(_)) => return Err(too_large(self.limit)),
                Err(error) => return Err(Status::of_case(Case::Parse, format!("no WebSocket: {error}"))),
            }
        }
    }
}
