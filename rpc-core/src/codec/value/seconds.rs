//! What google.protobuf.Timestamp and google.protobuf.Duration have in common: a message of seconds and nanoseconds.

use super::{Decode, Encode, merge_body};
use crate::codec::Error;
use crate::codec::proto::{Key, Reader, Writer};

const SECONDS: u32 = 1;
const NANOS: u32 = 2;

/// Writes such a message.
pub(super) fn write(seconds: i64, nanos: i32, tag: u32, out: &mut Writer<'_>) {
    let mark = out.begin(tag, 0);
    seconds.proto_field(SECONDS, out);
    nanos.proto_field(NANOS, out);
    out.end(mark);
}

/// Reads such a message; what it leaves out stays as it was.
pub(super) fn merge(
    before: Option<(i64, i32)>,
    key: Key,
    input: &mut Reader<'_>,
) -> Result<(i64, i32), Error> {
    let message = input.message(key)?;
    let (mut seconds, mut nanos) = before.unzip();
    merge_body(message, |key, input| match key.tag {
        SECONDS => i64::proto_merge(&mut seconds, key, input),
        NANOS => i32::proto_merge(&mut nanos, key, input),
        _ => input.skip(key),
    })?;
    Ok((seconds.unwrap_or_default(), nanos.unwrap_or_default()))
}
