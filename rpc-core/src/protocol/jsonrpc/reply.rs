//! Answers on their way out: response objects, and the HTTP response around them.

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Response, StatusCode};
use polyrpc_transports::Body;

use super::{MEDIA_TYPE, error};
use crate::metadata::ReplyParts;
use crate::status::Status;

/// What stands before a result.
pub(super) const HEAD: &[u8] = b"{\"jsonrpc\":\"2.0\",\"result\":";

/// One answer, and what goes beside it.
pub(super) struct Answer {
    /// The response object; empty for a notification, which has none.
    pub(super) text: Vec<u8>,
    pub(super) parts: Option<Box<ReplyParts>>,
}

impl Answer {
    /// The answer of which `text` has all but the id.
    pub(super) fn result(mut text: Vec<u8>, id: &str, parts: Option<Box<ReplyParts>>) -> Answer {
        close(&mut text, id);
        Answer { text, parts }
    }

    /// A failure. An id that could not be read is null.
    pub(super) fn error(mut status: Status, id: Option<&str>) -> Answer {
        let parts = status.take_reply();
        let mut text = Vec::with_capacity(128);
        text.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"error\":");
        error::write(&mut text, &status);
        close(&mut text, id.unwrap_or("null"));
        Answer { text, parts }
    }

    /// What a notification is answered.
    pub(super) fn none(parts: Option<Box<ReplyParts>>) -> Answer {
        Answer { text: Vec::new(), parts }
    }

    /// The HTTP response of a single call.
    pub(super) fn into_response(self) -> Response<Body> {
        let mut headers = HeaderMap::with_capacity(4);
        if let Some(parts) = self.parts {
            parts.merge_into(&mut headers);
        }
        response(StatusCode::OK, self.text.into(), headers)
    }

    /// The HTTP response of a single call that failed before it was one.
    pub(super) fn into_response_with(self, code: StatusCode) -> Response<Body> {
        let mut response = self.into_response();
        *response.status_mut() = code;
        if code == StatusCode::UNSUPPORTED_MEDIA_TYPE {
            response.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        response
    }
}

/// The HTTP response of a batch: the answers in the order of the calls, and the headers of all of them. Where two
/// calls set one header, the later call's stands.
pub(super) fn batch(answers: Vec<Answer>) -> Response<Body> {
    let mut headers = HeaderMap::with_capacity(4);
    let length = answers.iter().map(|answer| answer.text.len() + 1).sum::<usize>();
    let mut out = Vec::with_capacity(length + 1);
    for answer in answers {
        if let Some(parts) = answer.parts {
            parts.merge_into(&mut headers);
        }
        append(&mut out, &answer.text);
    }
    if !out.is_empty() {
        out.push(b']');
    }
    response(StatusCode::OK, out.into(), headers)
}

/// Appends a response to the array of a batch, which is not closed; an empty one is none.
pub(super) fn append(out: &mut Vec<u8>, response: &[u8]) {
    if !response.is_empty() {
        out.push(if out.is_empty() { b'[' } else { b',' });
        out.extend_from_slice(response);
    }
}

fn close(text: &mut Vec<u8>, id: &str) {
    text.extend_from_slice(b",\"id\":");
    text.extend_from_slice(id.as_bytes());
    text.push(b'}');
}

fn response(code: StatusCode, data: Bytes, mut headers: HeaderMap) -> Response<Body> {
    let code = if data.is_empty() { StatusCode::NO_CONTENT } else { code };
    if !data.is_empty() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    }
    let mut response = Response::new(Body::from(data));
    *response.status_mut() = code;
    *response.headers_mut() = headers;
    response
}
