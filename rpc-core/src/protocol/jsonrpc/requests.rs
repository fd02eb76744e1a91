//! The requests of a client: how they are framed, and numbered.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use super::error;
use crate::codec::Codec;
use crate::dispatch::Call;
use crate::protocol::Framing;
use crate::schema::{CallKind, MethodSchema, Protocol};
use crate::status::Status;

/// What stands before the parameters.
const PARAMS: &[u8] = b",\"params\":";

/// Makes requests, each with an id of its own.
pub(crate) struct Requests {
    codec: Codec,
    next_id: AtomicU64,
}

impl Requests {
    /// Requests with parameters by name, or by position.
    pub(super) fn new(positional: bool) -> Requests {
        let codec = if positional { Codec::JsonPositional } else { Codec::Json };
        Requests { codec, next_id: AtomicU64::new(1) }
    }

    /// A request without parameters, and its id.
    fn bare(&self, method: &'static MethodSchema) -> Result<(Vec<u8>, Option<String>), Status> {
        let mut message = Vec::new();
        self.open(method, &mut message);
        message.truncate(message.len() - PARAMS.len());
        self.close(method, &mut message, 0)?;
        let id = sent_id(&message).to_owned();
        Ok((message, Some(id)))
    }

    /// The request of a call, and its id.
    pub(super) fn message(&self, call: &Call) -> Result<(Vec<u8>, Option<String>), Status> {
        if call.method().kind.takes_stream() {
            return self.bare(call.method());
        }
        if call.method().kind == CallKind::OneWay {
            return Ok((call.frame().to_vec(), None));
        }
        let (mut message, id) = (call.frame().to_vec(), sent_id(call.frame()).to_owned());
        if !call.is_again() {
            return Ok((message, Some(id)));
        }
        // The answer to the first time may still be under way.
        message.truncate(message.len().saturating_sub(id.len() + 1));
        let id = self.next_id.fetch_add(1, Ordering::Relaxed).to_string();
        message.extend_from_slice(id.as_bytes());
        message.push(b'}');
        Ok((message, Some(id)))
    }
}

impl Framing for Requests {
    fn codec(&self) -> Codec {
        self.codec
    }

    fn open(&self, method: &'static MethodSchema, frame: &mut Vec<u8>) {
        frame.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"method\":");
        let name = method.spelling(Protocol::JsonRpc);
        if name.iter().all(|piece| {
            piece.bytes().all(|byte| matches!(byte, b'.' | b'_') || byte.is_ascii_alphanumeric())
        }) {
            frame.push(b'"');
            name.iter().for_each(|piece| frame.extend_from_slice(piece.as_bytes()));
            frame.push(b'"');
        } else {
            error::write_string(frame, &name.concat());
        }
        frame.extend_from_slice(PARAMS);
    }

    fn close(&self, method: &'static MethodSchema, frame: &mut Vec<u8>, _: usize) -> Result<(), Status> {
        if method.kind != CallKind::OneWay {
            let id = self.next_id.fetch_add(1, Ordering::Relaxed);
            // Writing into memory does not fail.
            let _ = write!(frame, ",\"id\":{id}");
        }
        frame.push(b'}');
        Ok(())
    }
}

/// The id in a frame that [`Framing::close`] ended.
pub(super) fn sent_id(frame: &[u8]) -> &str {
    let end = frame.len().saturating_sub(1);
    let start = frame.iter().rposition(|byte| *byte == b':').map_or(end, |colon| colon + 1);
    frame.get(start..end).and_then(|id| std::str::from_utf8(id).ok()).unwrap_or_default()
}
