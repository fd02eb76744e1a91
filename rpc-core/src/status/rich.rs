//! google.rpc.Status, in which a status and its details travel as one message
//! ([status.proto](https://github.com/googleapis/googleapis/blob/master/google/rpc/status.proto)).

use bytes::Bytes;

use super::{Detail, Status};
use crate::codec;
use crate::codec::proto::{Reader, Writer};
use crate::schema::Wire;

// Fields of google.rpc.Status.
const CODE: u32 = 1;
const MESSAGE: u32 = 2;
const DETAILS: u32 = 3;
// Fields of google.protobuf.Any.
const TYPE_URL: u32 = 1;
const VALUE: u32 = 2;

/// The status as google.rpc.Status; none where it has no details that can be had as proto messages.
pub(crate) fn encode(status: &Status) -> Option<Vec<u8>> {
    let details: Vec<(String, Bytes)> =
        status.details().iter().filter_map(|detail| Some((detail.url(), detail.proto()?))).collect();
    if details.is_empty() {
        return None;
    }
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out);
    writer.key(CODE, Wire::Varint);
    writer.varint(u64::from(status.code().number()));
    writer.bytes(MESSAGE, status.message().as_bytes());
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
    fn a_status_without_details_needs_no_message_and_garbage_adds_none() {
        assert!(encode(&Status::not_found("no")).is_none());
        for cut in 0..BYTES.len() {
            decode(Status::not_found("no"), &BYTES[..cut]);
        }
        assert!(decode(Status::not_found("no"), b"\xff\xff\xff").details().is_empty());
    }
}
