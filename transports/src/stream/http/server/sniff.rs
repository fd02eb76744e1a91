//! Which engine a connection is for, told by its first bytes.

use std::io;

use bytes::Bytes;

use super::super::io::read_some;
use crate::stream::{Engine, Socket};

/// The first bytes that name an engine; what matches none of them is HTTP/1.
pub(super) static PREFIXES: &[(&[u8], Engine)] = &[(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Engine::Http2)];

/// Reads until the first bytes are told apart: the engine, and what was read. `None` if the peer left before. What both
/// ends have agreed on needs no telling.
pub(super) async fn engine(
    socket: &mut Socket,
    table: &[(&[u8], Engine)],
) -> io::Result<Option<(Engine, Bytes)>> {
    let mut ahead = Vec::new();
    loop {
        if read_some(socket, &mut ahead).await? == 0 {
            return Ok(None);
        }
        if let Some(engine) = socket.agreed().or_else(|| tell(&ahead, table)) {
            return Ok(Some((engine, ahead.into())));
        }
    }
}

/// The engine, or `None` while it may still become one or another.
fn tell(ahead: &[u8], table: &[(&[u8], Engine)]) -> Option<Engine> {
    if let Some((_, engine)) = table.iter().find(|(prefix, _)| ahead.starts_with(prefix)) {
        return Some(*engine);
    }
    let undecided = table.iter().any(|(prefix, _)| prefix.starts_with(ahead));
    (!undecided).then_some(Engine::Http1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell_the_engine_as_soon_as_they_can() {
        assert_eq!(tell(b"P", PREFIXES), None);
        assert_eq!(tell(b"PO", PREFIXES), Some(Engine::Http1));
        assert_eq!(tell(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r", PREFIXES), None);
        assert_eq!(tell(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nmore", PREFIXES), Some(Engine::Http2));
        assert_eq!(tell(b"PRI * HTTP/1.1\r\n", PREFIXES), Some(Engine::Http1));
    }
}
