//! The status in trailers: `grpc-status`, `grpc-message`, `grpc-status-details-bin`.

use base64::Engine as _;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode, percent_encode};

use super::text;
use crate::metadata::BASE64;
use crate::status::{Code, Status, rich};

pub(super) const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
pub(super) const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
pub(super) const DETAILS: HeaderName = HeaderName::from_static("grpc-status-details-bin");

/// What `grpc-message` escapes: all but space to `~`, without `%` (PROTOCOL-HTTP2.md, "Percent-Encoded").
const ESCAPED: &AsciiSet = &CONTROLS.add(b'%');

/// The most bytes of `grpc-message`: what is longer would cross the limit that the peer has for headers, and with it
/// the code would be lost.
const MOST_MESSAGE: usize = 4 << 10;

/// Writes a failure as it fits into headers: a longer message is cut.
pub(super) fn write_fitting(status: Status, trailers: &mut HeaderMap) {
    let status = match cut(status.message()) {
        Some(message) => status.with_message(message),
        None => status,
    };
    write(&status, trailers);
}

/// The beginning of a message that is too long.
fn cut(message: &str) -> Option<String> {
    if message.len() * ESCAPE <= MOST_MESSAGE {
        return None;
    }
    let room = MOST_MESSAGE - ESCAPE * '…'.len_utf8();
    let mut written = 0;
    let over = message.char_indices().find(|(_, c)| {
        written += match c {
            '%' => ESCAPE,
            ' '..='~' => 1,
            other => ESCAPE * other.len_utf8(),
        };
        written > room
    });
    over.map(|(at, _)| format!("{}…", &message[..at]))
}

/// Bytes that an escaped byte becomes.
const ESCAPE: usize = 3;

/// Writes a failure into trailers, without details that are too large for them.
pub(super) fn write(status: &Status, trailers: &mut HeaderMap) {
    trailers.insert(GRPC_STATUS, number(status.code()));
    if !status.message().is_empty() {
        let message = percent_encode(status.message().as_bytes(), ESCAPED).to_string();
        if let Ok(value) = HeaderValue::try_from(message) {
            trailers.insert(GRPC_MESSAGE, value);
        }
    }
    if let Some(details) = rich::header(status) {
        trailers.insert(DETAILS, details);
    }
}

/// The value of `grpc-status`.
pub(super) fn number(code: Code) -> HeaderValue {
    const TEXT: [&str; 17] =
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16"];
    HeaderValue::from_static(TEXT[code.number() as usize])
}

/// The outcome that trailers tell of; none where they have no `grpc-status`.
pub(super) fn read(trailers: &HeaderMap) -> Option<Result<(), Status>> {
    let number = text(trailers, GRPC_STATUS)?;
    // A number beyond the codes, or no number at all, is UNKNOWN (statuscodes.md).
    let code = number.parse().map_or(Code::Unknown, Code::from_number);
    if code == Code::Ok {
        return Some(Ok(()));
    }
    let raw = trailers.get(GRPC_MESSAGE).map(HeaderValue::as_bytes).unwrap_or_default();
    let message = String::from_utf8_lossy(&percent_decode(raw).collect::<Vec<u8>>()).into_owned();
    let status = Status::new(code, message);
    let details = trailers.get(DETAILS).and_then(|value| BASE64.decode(value.as_bytes()).ok());
    Some(Err(match details {
        Some(bytes) => rich::decode(status, &bytes),
        None => status,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_survives_the_trailers() {
        for message in ["", "plain", "50% of ☃\nnew line", "tab\tand nul\0", "%41"] {
            let mut trailers = HeaderMap::new();
            write(&Status::not_found(message), &mut trailers);
            let read = read(&trailers).unwrap().unwrap_err();
            assert_eq!((read.code(), read.message()), (Code::NotFound, message));
        }
    }

    #[test]
    fn the_message_is_percent_encoded() {
        let mut trailers = HeaderMap::new();
        write(&Status::unknown("\t☃ 100%~"), &mut trailers);
        assert_eq!(trailers["grpc-message"], "%09%E2%98%83 100%25~");
    }

    #[test]
    fn without_grpc_status_there_is_no_outcome_and_a_strange_one_is_unknown() {
        assert!(read(&HeaderMap::new()).is_none());
        for strange in ["17", "-1", "x", ""] {
            let mut trailers = HeaderMap::new();
            trailers.insert(GRPC_STATUS, HeaderValue::try_from(strange).unwrap());
            assert_eq!(read(&trailers).unwrap().unwrap_err().code(), Code::Unknown, "{strange}");
        }
    }
}
