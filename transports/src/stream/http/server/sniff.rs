//! What is spoken on a connection, told by its first bytes.

use std::io;

use bytes::Bytes;

use super::super::io::read_some;
use crate::stream::{Engine, Socket};

/// What is spoken on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speech {
    Http(Engine),
    /// No HTTP: the connection is one request of this content-type.
    Raw(&'static str),
}

/// The first bytes of HTTP/2; what begins with none that are known is HTTP/1.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Reads until the first bytes are told apart: what they are, and what was read. `None` if the peer left before. What both
/// ends have agreed on needs no telling.
pub(super) async fn speech(
    socket: &mut Socket,
    raw: &[(&'static [u8], &'static str)],
) -> io::Result<Option<(Speech, Bytes)>> {
    let mut ahead = Vec::new();
    loop {
        if read_some(socket, &mut ahead).await? == 0 {
            return Ok(None);
        }
        let agreed = socket.agreed().map(Speech::Http);
        if let Some(speech) = agreed.or_else(|| tell(&ahead, raw)) {
            return Ok(Some((speech, ahead.into())));
        }
    }
}

/// What is spoken, or `None` while it may still become one or another.
fn tell(ahead: &[u8], raw: &[(&'static [u8], &'static str)]) -> Option<Speech> {
    let raw = raw.iter().map(|(prefix, content_type)| (*prefix, Speech::Raw(content_type)));
    let mut undecided = false;
    for (prefix, speech) in raw.chain([(PREFACE, Speech::Http(Engine::Http2))]) {
        if ahead.starts_with(prefix) {
            return Some(speech);
        }
        undecided |= prefix.starts_with(ahead);
    }
    (!undecided).then_some(Speech::Http(Engine::Http1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAW: &[(&[u8], &str)] = &[(b"{", "lines"), (b"Content-", "lengths")];

    #[test]
    fn first_bytes_tell_the_engine_as_soon_as_they_can() {
        assert_eq!(tell(b"P", RAW), None);
        assert_eq!(tell(b"PO", RAW), Some(Speech::Http(Engine::Http1)));
        assert_eq!(tell(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r", RAW), None);
        assert_eq!(tell(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nmore", RAW), Some(Speech::Http(Engine::Http2)));
        assert_eq!(tell(b"PRI * HTTP/1.1\r\n", RAW), Some(Speech::Http(Engine::Http1)));
        assert_eq!(tell(b"{", RAW), Some(Speech::Raw("lines")));
        assert_eq!(tell(b"Con", RAW), None);
        assert_eq!(tell(b"CONNECT", RAW), Some(Speech::Http(Engine::Http1)));
        assert_eq!(tell(b"Content-Length: 2", RAW), Some(Speech::Raw("lengths")));
        assert_eq!(tell(b"{", &[]), Some(Speech::Http(Engine::Http1)));
    }
}
