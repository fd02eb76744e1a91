//! What the fuzz targets hold the frames and the trailers to.

use base64::Engine as _;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};

use super::compress::Encoding;
use super::frame::{self, Deframer, Frame};
use super::status::{self, DETAILS, GRPC_MESSAGE, GRPC_STATUS};
use crate::metadata::BASE64;
use crate::status::{Code, Status};

/// Reads `data` as a body, at once and in chunks, which must give the same messages. The first two bytes choose the
/// encoding, the limit and the size of the chunks.
///
/// # Panics
/// When the two ways differ, when a message is over the limit, or does not survive being framed again.
pub fn frames(data: &[u8]) {
    let Some((&[choice, chunk], body)) = data.split_first_chunk() else { return };
    let encoding = [Encoding::Identity, Encoding::Gzip, Encoding::Zstd][usize::from(choice) % 3];
    let limit = if choice & 0x80 == 0 { 4096 } else { 64 };
    let (messages, end) = at_once(Bytes::copy_from_slice(body), encoding, limit);
    assert_eq!(in_chunks(body, encoding, limit, usize::from(chunk) + 1), (messages.clone(), end));
    match frame::single(Bytes::copy_from_slice(body), encoding, limit, "request") {
        Ok(message) => assert_eq!((&messages[..], end), (&[message][..], End::Whole)),
        Err(_) => assert!(messages.len() != 1 || end != End::Whole),
    }
    for message in messages {
        assert!(message.len() <= limit);
        framed_again(&message, encoding);
    }
}

/// How a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Whole,
    Torn,
    Refused(Code),
}

fn at_once(mut input: Bytes, encoding: Encoding, limit: usize) -> (Vec<Bytes>, End) {
    let mut messages = Vec::new();
    loop {
        match frame::split(input, encoding, limit) {
            Ok(Frame::Message { message, rest }) => {
                messages.push(message);
                input = rest;
            }
            Ok(Frame::Empty) => return (messages, End::Whole),
            Ok(Frame::Incomplete) => return (messages, End::Torn),
            Err(status) => return (messages, End::Refused(status.code())),
        }
    }
}

fn in_chunks(body: &[u8], encoding: Encoding, limit: usize, size: usize) -> (Vec<Bytes>, End) {
    let mut deframer = Deframer::new(encoding, limit);
    let mut messages = Vec::new();
    for chunk in body.chunks(size) {
        deframer.push(bytes::Bytes::copy_from_slice(chunk));
        loop {
            match deframer.next() {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break,
                Err(status) => return (messages, End::Refused(status.code())),
            }
        }
    }
    (messages, if deframer.is_torn() { End::Torn } else { End::Whole })
}

fn framed_again(message: &Bytes, encoding: Encoding) {
    let mut out = Vec::new();
    frame::open(&mut out);
    encoding.compress(message, &mut out).expect("writing into memory does not fail");
    // Both sizes are held to the limit, and what was compressed may have become longer.
    let limit = out.len().max(message.len());
    frame::close(&mut out, 0, encoding != Encoding::Identity).expect("a short message has a frame");
    let read = frame::single(out.into(), encoding, limit, "request");
    assert_eq!(read.expect("what was written is read"), message);
}

/// Reads `data` as three lines, the last with all that is left: `grpc-status`, `grpc-message`, and the bytes of
/// `grpc-status-details-bin`.
///
/// # Panics
/// When a status that was read is written as another one.
pub fn trailers(data: &[u8]) {
    // What is longer may be cut when it is written.
    if data.len() > 2 << 10 {
        return;
    }
    let mut parts = data.splitn(3, |byte| *byte == b'\n');
    let mut next = || parts.next().unwrap_or_default();
    let mut trailers = HeaderMap::new();
    for name in [GRPC_STATUS, GRPC_MESSAGE] {
        let Ok(value) = HeaderValue::from_bytes(next()) else { return };
        trailers.insert(name, value);
    }
    let details = HeaderValue::try_from(BASE64.encode(next())).expect("base64 is ASCII");
    trailers.insert(DETAILS, details);
    if let Some(Err(read)) = status::read(&trailers) {
        let mut again = HeaderMap::new();
        status::write(&read, &mut again);
        let reread = status::read(&again).and_then(Result::err).expect("a failure was written");
        let (mut expected, written) = (shape(&read), again.contains_key(DETAILS));
        // Details that are too large for a header are left out: each is written with a URL that it may have come without.
        if !written && !expected.2.is_empty() {
            let bytes =
                |(name, value): &(&str, Option<Bytes>)| name.len() + value.as_ref().map_or(0, Bytes::len);
            let least: usize = expected.2.iter().map(|detail| 24 + bytes(detail)).sum();
            assert!(least > 4 << 10, "details of some {least} bytes were left out");
            expected.2.clear();
        }
        assert_eq!(shape(&reread), expected);
    }
}

/// What of a status must survive.
fn shape(status: &Status) -> (Code, &str, Vec<(&str, Option<Bytes>)>) {
    let details = status.details().iter().map(|detail| (detail.name(), detail.proto())).collect();
    (status.code(), status.message(), details)
}
