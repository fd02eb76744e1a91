//! The client's side: a call to a request, a response to a reply.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{StatusCode, Uri, Version};

use super::{MEDIA_TYPE, fault, is_media_type};
use crate::codec::Codec;
use crate::codec::xml::{self, CALL_TAIL, Dialect, parse_response, write_call_head};
use crate::dispatch::{Call, Reply};
use crate::protocol::{ClientProtocol, Framing, Http, excerpt, foreign, post, reply, uri};
use crate::schema::{CallKind, MethodSchema, Protocol};
use crate::status::Status;

/// Where calls go when the endpoint has no path: what other clients do, too.
pub(crate) const DEFAULT_PATH: &str = "/RPC2";

/// What the head of a call ends with.
const HEAD_TAIL: &[u8] = b"</methodName>";

/// XML-RPC, as a client speaks it.
#[derive(Debug)]
pub(crate) struct Client {
    /// Largest message in bytes that is read.
    limit: usize,
    uri: Uri,
    dialect: Dialect,
}

impl Client {
    /// A client that posts to `path`, where the server knows the `extensions` or not.
    pub(crate) fn new(limit: usize, path: &str, extensions: bool) -> Result<Client, Status> {
        let dialect = if extensions { Dialect::EXTENDED } else { Dialect::PLAIN };
        Ok(Client { limit, uri: uri(path)?, dialect })
    }
}

impl Framing for Client {
    fn codec(&self) -> Codec {
        Codec::Xml(self.dialect)
    }

    fn open(&self, method: &'static MethodSchema, frame: &mut Vec<u8>) {
        // A name that XML cannot carry ends the head too early, and `close` refuses it.
        let _ = write_call_head(&method.spelling(Protocol::XmlRpc).concat(), frame);
    }

    fn close(&self, method: &'static MethodSchema, frame: &mut Vec<u8>, start: usize) -> Result<(), Status> {
        if !frame.get(..start).is_some_and(|head| head.ends_with(HEAD_TAIL)) {
            let name = method.spelling(Protocol::XmlRpc).concat();
            return Err(Status::invalid_argument(format!("XML cannot carry the method name {name:?}")));
        }
        frame.extend_from_slice(CALL_TAIL);
        Ok(())
    }
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
    let is_xml = content_type.is_none_or(|value| std::str::from_utf8(value).is_ok_and(is_media_type));
    let fault = || match parse_response(&data) {
        Ok(xml::Response::Fault { code, message }) if is_xml => Some(fault::read(code, message, headers)),
        _ => None,
    };
    if !status.is_success() {
        return Err(fault().unwrap_or_else(|| foreign(status, &data)));
    }
    if call.method().kind == CallKind::OneWay {
        // Whatever answers a one-way call, only a fault is worth reading.
        return fault().map_or(Ok(Bytes::from_static(b"<value><nil/></value>")), Err);
    }
    if data.is_empty() {
        return Err(Status::internal(format!("the server answered HTTP {status} without a body")));
    }
    if !is_xml {
        let (kind, text) = (excerpt(content_type.unwrap_or_default()), excerpt(&data));
        return Err(Status::internal(format!("the response has content-type `{kind}`, not XML: {text}")));
    }
    match parse_response(&data) {
        Ok(xml::Response::Value(range)) => Ok(data.slice(range)),
        Ok(xml::Response::Fault { code, message }) => Err(fault::read(code, message, headers)),
        Err(error) => {
            let text = excerpt(&data);
            Err(Status::internal(format!("the response is not XML-RPC: {error}: {text}")))
        }
    }
}
