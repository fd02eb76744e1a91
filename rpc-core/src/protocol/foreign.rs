//! Responses that are not of the protocol that was asked: from proxies, and from servers of something else.

use http::StatusCode;

use crate::status::{Code, Status};

/// How much of a foreign text goes into a message, in characters.
const EXCERPT: usize = 200;

/// The status of a response that is not of the protocol: its HTTP status, and what its body says.
pub(crate) fn foreign(status: StatusCode, body: &[u8]) -> Status {
    let about = if body.is_empty() { String::new() } else { format!(": {}", excerpt(body)) };
    Status::new(of_http(status), format!("the server answered HTTP {status}{about}"))
}

/// The beginning of a text, fit for a message.
pub(crate) fn excerpt(text: &[u8]) -> String {
    // No character has more than four bytes.
    let text = String::from_utf8_lossy(&text[..text.len().min(4 * EXCERPT)]);
    text.chars().take(EXCERPT).flat_map(char::escape_debug).collect()
}

/// The code that an HTTP status stands for
/// ([http-grpc-status-mapping.md](https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md)).
fn of_http(status: StatusCode) -> Code {
    match status.as_u16() {
        400 | 431 => Code::Internal,
        401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        404 => Code::Unimplemented,
        429 | 502 | 503 | 504 => Code::Unavailable,
        _ => Code::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_names_status_and_body() {
        let status = foreign(StatusCode::SERVICE_UNAVAILABLE, b"come\nlater");
        let text = "the server answered HTTP 503 Service Unavailable: come\\nlater";
        assert_eq!((status.code(), status.message()), (Code::Unavailable, text));
        assert!(foreign(StatusCode::NOT_FOUND, b"").message().ends_with("Not Found"));
    }

    #[test]
    fn excerpts_are_short_whatever_comes() {
        assert_eq!(excerpt("é".repeat(1000).as_bytes()).chars().count(), EXCERPT);
        assert_eq!(excerpt(b"\xff\0"), "\u{fffd}\\0");
    }
}
