//! Which field lines travel.

use http::{HeaderMap, HeaderValue};

/// Whether a field is about the message and not about a connection (RFC 9110, section 7.6.1).
///
/// Those about a connection are left out by who writes (RFC 9292, section 3.6, a SHOULD). They make no message invalid,
/// and must have no effect here: who reads passes over them. `te: trailers` is what gRPC asks for, and HTTP/2 lets it
/// through (RFC 9113, section 8.2.2).
pub(super) fn travels(name: &str, value: &[u8]) -> bool {
    match name {
        "connection" | "keep-alive" | "proxy-connection" | "transfer-encoding" | "upgrade" => false,
        "te" => value == b"trailers" || value.eq_ignore_ascii_case(b"trailers"),
        _ => true,
    }
}

/// The lines of a section as they travel.
pub(super) fn lines(fields: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    fields.iter().filter_map(|(name, value)| {
        let (name, value) = (name.as_str(), trimmed(value));
        travels(name, value).then_some((name.as_bytes(), value))
    })
}

/// Blanks around a value are no part of it, and not allowed here (RFC 9113, section 8.2.1).
fn trimmed(value: &HeaderValue) -> &[u8] {
    value.as_bytes().trim_ascii()
}

/// Whether blanks stand around the value.
pub(super) fn is_padded(value: &[u8]) -> bool {
    matches!(value, [b' ' | b'\t', ..] | [.., b' ' | b'\t'])
}
