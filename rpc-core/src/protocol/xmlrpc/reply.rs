//! Answers on their way out: method responses, and the HTTP response around them.

use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Response, StatusCode};
use polyrpc_transports::Body;

use super::{MEDIA_TYPE, fault};
use crate::codec::xml::{RESPONSE_TAIL, write_fault};
use crate::metadata::ReplyParts;
use crate::status::Status;

/// A method response, and the headers beside it.
pub(super) struct Answer {
    text: Vec<u8>,
    headers: HeaderMap,
}

impl Answer {
    /// The result of which `text` has all but what stands behind the value.
    pub(super) fn result(mut text: Vec<u8>, parts: impl IntoIterator<Item = Box<ReplyParts>>) -> Answer {
        text.extend_from_slice(RESPONSE_TAIL);
        Answer { text, headers: merged(parts) }
    }

    /// A failure.
    pub(super) fn fault(mut status: Status) -> Answer {
        let mut headers = merged(status.take_reply());
        fault::write_details(&status, &mut headers);
        let mut text = Vec::with_capacity(256);
        write_fault(fault::code(&status), status.message(), &mut text);
        Answer { text, headers }
    }

    /// The HTTP response: 200, for a fault too.
    pub(super) fn into_response(self) -> Response<Body> {
        let Answer { text, mut headers } = self;
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        let mut response = Response::new(Body::from(bytes::Bytes::from(text)));
        *response.headers_mut() = headers;
        response
    }

    /// The HTTP response to what failed before it was a call.
    pub(super) fn into_response_with(self, code: StatusCode) -> Response<Body> {
        let mut response = self.into_response();
        *response.status_mut() = code;
        if code == StatusCode::UNSUPPORTED_MEDIA_TYPE {
            response.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        response
    }
}

/// The headers and trailers of one reply or, for a multicall, of several: where two set one header, the later
/// one's stands.
fn merged(parts: impl IntoIterator<Item = Box<ReplyParts>>) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(4);
    for parts in parts {
        parts.merge_into(&mut headers);
    }
    headers
}
