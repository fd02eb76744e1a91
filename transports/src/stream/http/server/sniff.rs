//! Which engine a connection is for, told by its first bytes.

use std::io;

use bytes::Bytes;

use super::super::io::read_some;
use crate::stream::Socket;

/// What speaks on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Engine {
    Http1,
    Http2,
    /// None: the connection is one request of this content-type.
    Raw(&'static str),
}

/// The first bytes of HTTP/2; what begins with none that are known is HTTP/1.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Reads until the first bytes are told apart: the engine, and what was read. `None` if the peer left before.
pub(super) async fn engine(
    socket: &mut Socket,
    raw: &[(&'static [u8], &'static str)],
) -> io::Result<Option<(Engine, Bytes)>> {
    let mut ahead = Vec::new();
    loop {
        if read_some(socket, &mut ahead).await? == 0 {
            return Ok(None);
        }
        if let Some(engine) = tell(&ahead, raw) {
            return Ok(Some((engine, ahead.into())));
        }
    }
}

/// The engine, or `None` while it may still become one or another.
fn tell(ahead: &[u8], raw: &[(&'static [u8], &'static str)]) -> Option<Engine> {
    let raw = raw.iter().map(|(prefix, content_type)| (*prefix, Engine::Raw(content_type)));
    let mut undecided = false;
    for (prefix, engine) in raw.chain([(PREFACE, Engine::Http2)]) {
        if ahead.starts_with(prefix) {
            return Some(engine);
        }
        undecided |= prefix.starts_with(ahead);
    }
    (!undecided).then_some(Engine::Http1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAW: &[(&[u8], &str)] = &[(b"{", "lines"), (b"Content-", "lengths")];

    #[test]
    fn first_bytes_tell_the_engine_as_soon_as_they_can() {
        assert_eq!(tell(b"P", RAW), None);
        assert_eq!(tell(b"PO", RAW), Some(Engine::Http1));
        assert_eq!(tell(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r", RAW), None);
        assert_eq!(tell(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nmore", RAW), Some(Engine::Http2));
        assert_eq!(tell(b"PRI * HTTP/1.1\r\n", RAW), Some(Engine::Http1));
        assert_eq!(tell(b"{", RAW), Some(Engine::Raw("lines")));
        assert_eq!(tell(b"Con", RAW), None);
        assert_eq!(tell(b"CONNECT", RAW), Some(Engine::Http1));
        assert_eq!(tell(b"Content-Length: 2", RAW), Some(Engine::Raw("lengths")));
        assert_eq!(tell(b"{", &[]), Some(Engine::Http1));
    }
}
