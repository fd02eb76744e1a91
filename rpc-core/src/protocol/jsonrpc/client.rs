//! The client's side: a call to a request, a response to a reply.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{StatusCode, Uri, Version};

use super::response::Answer;
use super::{MEDIA_TYPE, error, is_media_type};
use crate::codec::Codec;
use crate::dispatch::{Call, Reply};
use crate::protocol::{ClientProtocol, Framing, Http, excerpt, foreign, post, reply, uri};
use crate::schema::{CallKind, MethodSchema, Protocol};
use crate::status::Status;

/// JSON-RPC 2.0, as a client speaks it.
#[derive(Debug)]
pub(crate) struct Client {
    /// Largest message in bytes that is read.
    limit: usize,
    uri: Uri,
    codec: Codec,
    next_id: AtomicU64,
}

impl Client {
    /// A client that posts to `path`.
    pub(crate) fn new(limit: usize, path: &str, positional: bool) -> Result<Client, Status> {
        let codec = if positional { Codec::JsonPositional } else { Codec::Json };
        Ok(Client { limit, uri: uri(path)?, codec, next_id: AtomicU64::new(1) })
    }
}

impl Framing for Client {
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
        frame.extend_from_slice(b",\"params\":");
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
fn sent_id(frame: &[u8]) -> &str {
    let end = frame.len().saturating_sub(1);
    let start = frame.iter().rposition(|byte| *byte == b':').map_or(end, |colon| colon + 1);
    frame.get(start..end).and_then(|id| std::str::from_utf8(id).ok()).unwrap_or_default()
}

impl ClientProtocol for Client {
    const VERSION: Version = Version::HTTP_11;

    async fn call(&self, http: &impl Http, mut call: Call) -> Result<Reply, Status> {
        let request = post(&self.uri, MEDIA_TYPE, &call);
        let response = http.send_call(&mut call, request).await?;
        reply(response, self.limit, |status, headers, data| result(&call, status, headers, data)).await
    }
}

/// The result that a response carries.
fn result(call: &Call, status: StatusCode, headers: &HeaderMap, data: Bytes) -> Result<Bytes, Status> {
    let content_type = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is_json = content_type.is_none_or(|value| std::str::from_utf8(value).is_ok_and(is_media_type));
    if !status.is_success() {
        let error = Answer::parse(&data).ok().filter(|_| is_json).and_then(|answer| answer.error());
        return Err(error.unwrap_or_else(|| foreign(status, &data)));
    }
    if call.method().kind == CallKind::OneWay {
        // Whatever answers a notification, only an error is worth reading.
        let error = Answer::parse(&data).ok().filter(|_| is_json).and_then(|answer| answer.error());
        return error.map_or(Ok(Bytes::from_static(b"null")), Err);
    }
    if data.is_empty() {
        return Err(Status::internal(format!("the server answered HTTP {status} without a body")));
    }
    if !is_json {
        let (kind, text) = (excerpt(content_type.unwrap_or_default()), excerpt(&data));
        return Err(Status::internal(format!("the response has content-type `{kind}`, not JSON: {text}")));
    }
    let range = Answer::parse(&data)?.result(sent_id(call.frame()))?;
    Ok(data.slice(range))
}
