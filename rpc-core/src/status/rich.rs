//! google.rpc.Status, in which a status and its details travel as one message
//! ([status.proto](https://github.com/googleapis/googleapis/blob/master/google/rpc/status.proto)).

use base64::Engine as _;
use bytes::Bytes;
use http::HeaderValue;

use super::{Detail, Status};
use crate::codec;
use crate::codec::proto::{Reader, Writer};
use crate::metadata::BASE64;
use crate::schema::Wire;

// Fields of google.rpc.Status.
const CODE: u32 = 1;
const MESSAGE: u32 = 2;
const DETAILS: u32 = 3;
// Fields of google.protobuf.Any.
const TYPE_URL: u32 = 1;
const VALUE: u32 = 2;

/// The most bytes of the header, and of the message in it: what is longer would cross the limit that the peer, or a
/// proxy, has for headers, and with it the code would be lost.
const MOST: usize = 8 << 10;
const MOST_MESSAGE: usize = 4 << 10;

/// The status as the value of a header, in base64. None where it has no details, and where they are too large.
pub(crate) fn header(status: &Status) -> Option<HeaderValue> {
    let message = status.message();
    let rich = write(status, &message[..message.floor_char_boundary(MOST_MESSAGE)])?;
    let text = BASE64.encode(rich);
    if text.len() > MOST {
        tracing::warn!(%status, bytes = text.len(), "the details of a status do not fit into headers");
        return None;
    }
    HeaderValue::try_from(text).ok()
}

/// The status as google.rpc.Status; none where it has no details that can be had as proto messages.
#[cfg(any(feature = "tonic", test))]
pub(crate) fn encode(status: &Status) -> Option<Vec<u8>> {
    write(status, status.message())
}

fn write(status: &Status, message: &str) -> Option<Vec<u8>> {
    let details: Vec<(String, Bytes)> =
        status.details().iter().filter_map(|detail| Some((detail.url(), detail.proto()?))).collect();
    if details.is_empty() {
        return None;
    }
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out);
    writer.key(CODE, Wire::Varint);
    writer.varint(u64::from(status.code().number()));
    writer.bytes(MESSAGE, message.as_bytes());
    for (url, bytes) in &details {
        let mark = writer.begin(DETAILS, bytes.len());
        writer.bytes(TYPE_URL, url.as_bytes());
        writer.bytes(VALUE, bytes);
        writer.end(mark);
    }
    writer.finish().ok().map(|()| out)
}

/// Adds the details of a google.rpc.Status to `status`. Code and message stand outside, and are not read again;
/// what does not decode is left out, for the status itself is worth more than its details.
pub(crate) fn decode(mut status: Status, bytes: &[u8]) -> Status {
    for detail in details(bytes).unwrap_or_default() {
        status = status.with_detail(detail);
    }
    status
}

fn details(bytes: &[u8]) -> Result<Vec<Detail>, codec::Error> {
    let mut reader = Reader::new(bytes);
    let mut details = Vec::new();
    while let Some(key) = reader.next()? {
        match key.tag {
            DETAILS => details.push(any(reader.message(key)?)?),
            _ => reader.skip(key)?,
        }
    }
    Ok(details)
}

fn any(mut reader: Reader<'_>) -> Result<Detail, codec::Error> {
    let (mut url, mut value) = ("", &b""[..]);
    while let Some(key) = reader.next()? {
        match key.tag {
            TYPE_URL => url = reader.text(key)?,
            VALUE => value = reader.bytes(key)?,
            _ => reader.skip(key)?,
        }
    }
    Ok(Detail::from_any(url, Bytes::copy_from_slice(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `google.rpc.Status { code: 5, message: "no", details: [Any { type_url: "type.googleapis.com/a.B", value: 08 01 }] }`
    const BYTES: &[u8] = b"\x08\x05\x12\x02no\x1a\x1d\x0a\x17type.googleapis.com/a.B\x12\x02\x08\x01";

    #[test]
    fn details_are_written_and_read() {
        let status = Status::not_found("no")
            .with_detail(Detail::from_any("type.googleapis.com/a.B", &b"\x08\x01"[..]));
        assert_eq!(encode(&status).unwrap(), BYTES);
        let read = decode(Status::not_found("no"), BYTES);
        assert_eq!(read.details().len(), 1);
        assert_eq!(read.details()[0].name(), "a.B");
    }

    #[test]
    fn a_header_holds_what_fits_into_one() {
        let detail = |bytes: usize| Detail::from_any("type.googleapis.com/a.B", vec![7; bytes]);
        let status = Status::not_found("é".repeat(100_000)).with_detail(detail(100));
        let text = BASE64.decode(header(&status).unwrap()).unwrap();
        assert_eq!(decode(Status::not_found(""), &text).details()[0].name(), "a.B");
        assert!(header(&Status::not_found("no").with_detail(detail(100_000))).is_none());
    }

    #[test]
    fn a_status_without_details_needs_no_message_and_garbage_adds_none() {
        assert!(encode(&Status::not_found("no")).is_none());
        for cut in 0..BYTES.len() {
            decode(Status::not_found("no"), &BYTES[..cut]);
        }
        assert!(decode(Status::not_found("no"), b"\xff\xff\xff").details().is_empty());
    }
}
